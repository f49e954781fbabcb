import { packageBuild } from "@heed/tooling/tsup";

/** The program, and the entries that are imported; only these have declarations. */
export default packageBuild({ entry: ["src/main.ts", "src/index.ts", "src/browser.ts", "src/testing/index.ts"] });
