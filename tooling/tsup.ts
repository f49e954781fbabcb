import { defineConfig, type Options } from "tsup";

/** The build of every package: one ESM file an entry; `tsc` writes the declarations beside it. */
export function packageBuild(overrides: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ["src/index.ts"],
    format: ["esm"],
    target: "es2023",
    clean: true,
    sourcemap: true,
    onSuccess: "tsc -p tsconfig.build.json",
    ...overrides,
  });
}
