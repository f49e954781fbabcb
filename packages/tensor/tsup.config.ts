import { readFile } from "node:fs/promises";
import { packageBuild } from "@heed/tooling/tsup";

export default packageBuild({
  entry: ["src/index.ts", "src/testing/index.ts"],
  esbuildPlugins: [
    {
      // Lets bundlers of applications drop the operations that nothing uses.
      name: "pure-operations",
      setup(build) {
        build.onLoad({ filter: /\.op\.ts$/ }, async ({ path }) => {
          const source = await readFile(path, "utf8");
          return { loader: "ts", contents: source.replace(/= (primitive|composite)\(/, "= /* @__PURE__ */ $1(") };
        });
      },
    },
  ],
});
