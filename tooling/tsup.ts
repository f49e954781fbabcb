import { readFile } from "node:fs/promises";
import { defineConfig, type Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/**
 * Marks definitions as pure, so that bundlers of pages leave out those that nothing uses: operations, extensions, and the
 * rules of options. Each of them is a constant, whose initial value is a call without side effects.
 */
const pureDefinitions: Plugin = {
  name: "pure-definitions",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const definition =
        /(?<=^(?:(?:export )?const .*|>) = )(?=(?:primitive|composite|optionRules|define[A-Z]\w*)[<(])/gm;
      return { contents: text.replaceAll(definition, "/* @__PURE__ */ "), loader: "ts" };
    });
  },
};

/**
 * Drops imports of chunks whose names nothing uses. esbuild writes them to keep the order of side effects; bundlers report
 * them in a package that says it has none.
 */
const noBareImports: NonNullable<Options["plugins"]>[number] = {
  name: "no-bare-imports",
  async renderChunk(code) {
    const { sideEffects } = JSON.parse(await readFile("package.json", "utf8")) as { sideEffects?: unknown };
    if (sideEffects !== false) return;
    return { code: code.replaceAll(/^import "[./]+chunk-\w+\.js";\n/gm, "") };
  },
};

/**
 * The build of every package: one ESM file an entry; `tsc` writes the declarations beside it. The code is readable as it is:
 * source maps would repeat the sources and more than double a package.
 */
export function packageBuild(overrides: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ["src/index.ts"],
    format: ["esm"],
    target: "es2023",
    clean: true,
    onSuccess: "tsc -p tsconfig.build.json",
    esbuildPlugins: [pureDefinitions],
    plugins: [noBareImports],
    ...overrides,
  });
}
