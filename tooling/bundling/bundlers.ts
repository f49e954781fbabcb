/** The bundlers that users have, set up as their documentation does for a site. None of them writes to the disk. */
import { basename, join } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { build as esbuild } from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import { esbuildOptions } from "./esbuild-options.ts";

/** What a bundler made of some entries. */
export interface Bundle {
  /** Every warning, one a line or more. */
  readonly warnings: readonly string[];
  /** Modules that the output still imports, and that are not part of it. */
  readonly externals: readonly string[];
  /** The text of each file by its name. */
  readonly files: ReadonlyMap<string, string>;
}

/** Bundles the modules of a folder, given by their names there, such as `app.js`. */
type Bundler = (folder: string, entries: readonly string[]) => Promise<Bundle>;

export const bundlers: Readonly<Record<string, Bundler>> = {
  async esbuild(folder, entries) {
    const { warnings, metafile, outputFiles } = await esbuild({
      entryPoints: entries.map((name) => join(folder, name)),
      absWorkingDir: folder,
      ...esbuildOptions,
    });
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
    return {
      warnings: warnings.map(({ text, location }) => `${location?.file}: ${text}`),
      externals: imports.flatMap(({ path, external }) => (external ? [path] : [])),
      files: new Map(outputFiles.map(({ path, text }) => [basename(path), text])),
    };
  },

  async Rollup(folder, entries) {
    const warnings: string[] = [];
    const bundle = await rollup({
      input: entries.map((name) => join(folder, name)),
      plugins: [nodeResolve({ browser: true })],
      onLog: (_, { code, message }) => warnings.push(`${code}: ${message}`),
    });
    try {
      const { output } = await bundle.generate({ format: "es", chunkFileNames: "[name]-[hash].js" });
      return { warnings, ...partsOf(output) };
    } finally {
      await bundle.close();
    }
  },

  async Vite(folder, entries) {
    const warnings: string[] = [];
    const warn = (message: string): void => void warnings.push(message);
    const result = await vite({
      root: folder,
      configFile: false,
      customLogger: {
        ...{ info: () => undefined, warn, warnOnce: warn, error: warn, clearScreen: () => undefined },
        ...{ hasErrorLogged: () => false, hasWarned: false },
      },
      build: {
        write: false,
        reportCompressedSize: false,
        // Large chunks are the business of page-size.ts.
        chunkSizeWarningLimit: 1e6,
        rollupOptions: {
          input: entries.map((name) => join(folder, name)),
          preserveEntrySignatures: "strict",
          output: {
            entryFileNames: "[name].js",
            chunkFileNames: "[name]-[hash].js",
            assetFileNames: "[name]-[hash][extname]",
          },
        },
      },
    });
    const outputs = (Array.isArray(result) ? result : [result]) as { output: readonly Output[] }[];
    return { warnings, ...partsOf(outputs.flatMap(({ output }) => output)) };
  },
};

/** What Rollup and Vite return for a file. */
type Output =
  | {
      readonly type: "chunk";
      readonly fileName: string;
      readonly code: string;
      readonly imports: readonly string[];
      readonly dynamicImports: readonly string[];
      readonly moduleIds: readonly string[];
    }
  | { readonly type: "asset"; readonly fileName: string; readonly source: string | Uint8Array };

function partsOf(output: readonly Output[]): Pick<Bundle, "externals" | "files"> {
  const chunks = output.flatMap((file) => (file.type === "chunk" ? [file] : []));
  const own = new Set(output.map(({ fileName }) => fileName));
  const imports = chunks.flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports]);
  // Vite puts an empty module in place of a module of Node.
  const empty = chunks.flatMap(({ moduleIds }) => moduleIds.filter((id) => id.startsWith("__vite-browser-external")));
  return {
    externals: [...imports.filter((name) => !own.has(name)), ...empty],
    // For Vite, a worker is an asset.
    files: new Map(output.map((file) => [basename(file.fileName), textOf(file)])),
  };
}

function textOf(file: Output): string {
  if (file.type === "chunk") return file.code;
  return typeof file.source === "string" ? file.source : new TextDecoder().decode(file.source);
}
