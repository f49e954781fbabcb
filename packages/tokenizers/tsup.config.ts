import { packageBuild } from "@heed/tooling/tsup";

export default packageBuild({ entry: ["src/index.ts", "src/hugging-face.ts", "src/testing/index.ts"] });
