import { packageBuild } from "@heed/tooling/tsup";

export default packageBuild({ entry: ["src/index.ts", "src/node.ts"] });
