import { packageBuild } from "@heed/tooling/tsup";

export default packageBuild({ entry: ["src/index.ts", "src/light.ts", "src/node.ts"] });
