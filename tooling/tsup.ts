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

/** The build of every package: one ESM file an entry; `tsc` writes the declarations beside it. */
export function packageBuild(overrides: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ["src/index.ts"],
    format: ["esm"],
    target: "es2023",
    clean: true,
    sourcemap: true,
    onSuccess: "tsc -p tsconfig.build.json",
    esbuildPlugins: [pureDefinitions],
    ...overrides,
  });
}
