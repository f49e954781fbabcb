import { packageBuild } from "@heed/tooling/tsup";

export default packageBuild({ entry: ["src/index.ts", "src/node.ts", "src/text.ts", "src/testing/index.ts"] });
