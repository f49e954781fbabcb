import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile, type OutputFile, transform } from "esbuild";
import { esbuildOptions } from "./esbuild-options.ts";
import { createSite } from "./site.ts";

/** A size in bytes. */
export interface Size {
  readonly raw: number;
  /** At level 9. */
  readonly gzip: number;
}

/** The sizes of a page that trains. */
export interface PageSize {
  /** What the page loads before it trains. */
  readonly total: Size;
  /** What it loads only when it is needed, such as the parser of YAML. */
  readonly lazy: Size;
  /** {@link total} by package, largest first. The compressed sizes are estimates: the parts are compressed one by one. */
  readonly parts: readonly (Size & { readonly name: string })[];
}

const app = `
import { wasm } from "@heed/backend-wasm";
import { use } from "@heed/tensor";
import { resolveConfig, train } from "@heed/train";
await use(await wasm());
await train({ config: resolveConfig({ recipe: "copy" }), on: console.log });
`;

/** Bundles a page that trains the copy lesson on wasm, minified by esbuild, and measures it. */
export async function measurePage(): Promise<PageSize> {
  const { folder } = await createSite();
  try {
    const { metafile, outputFiles } = await build({
      stdin: { contents: app, resolveDir: folder, sourcefile: "app.js" },
      absWorkingDir: folder,
      ...esbuildOptions,
    });
    const first = loadedFirst(metafile);
    const isFirst = ({ path }: OutputFile): boolean => first.some((name) => path === join(folder, name));
    return {
      total: sizeOf(outputFiles.filter(isFirst).map(({ contents }) => contents)),
      lazy: sizeOf(outputFiles.filter((file) => !isFirst(file)).map(({ contents }) => contents)),
      parts: await partsOf(metafile, first, folder),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The output of the page and all that it imports, without what it imports dynamically. */
function loadedFirst({ outputs }: Metafile): string[] {
  const first = Object.keys(outputs).filter((name) => outputs[name]?.entryPoint === "app.js");
  for (const name of first) {
    for (const { path, kind } of outputs[name]?.imports ?? []) {
      if (kind === "import-statement" && !first.includes(path)) first.push(path);
    }
  }
  return first;
}

function sizeOf(files: readonly Uint8Array[]): Size {
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  return {
    raw: sum(files.map((bytes) => bytes.byteLength)),
    gzip: sum(files.map((bytes) => gzipSync(bytes, { level: 9 }).byteLength)),
  };
}

async function partsOf({ outputs }: Metafile, names: readonly string[], folder: string): Promise<PageSize["parts"]> {
  const parts = new Map<string, Size>();
  for (const [path, { bytesInOutput: raw }] of names.flatMap((name) => Object.entries(outputs[name]?.inputs ?? {}))) {
    if (path === "app.js" || raw === 0) continue;
    const { code } = await transform(await readFile(join(folder, path), "utf8"), { minify: true });
    const whole = sizeOf([new TextEncoder().encode(code)]);
    const name = packageOf(path);
    const before = parts.get(name) ?? { raw: 0, gzip: 0 };
    parts.set(name, { raw: before.raw + raw, gzip: before.gzip + Math.round((whole.gzip * raw) / whole.raw) });
  }
  return Array.from(parts, ([name, size]) => ({ name, ...size })).sort((a, b) => b.raw - a.raw);
}

/** `…/node_modules/zod/v4/core.js` → `zod`; `…/packages/nn/dist/index.js` → `@heed/nn`. */
function packageOf(path: string): string {
  const installed = path.split("node_modules/").at(-1)!;
  const [first = "", second = ""] = installed.split("/");
  if (installed !== path) return first.startsWith("@") ? `${first}/${second}` : first;
  return `@heed/${/packages\/([^/]+)\//.exec(path)?.[1] ?? path}`;
}
