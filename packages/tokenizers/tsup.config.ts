import { packageBuild } from "@heed/tooling/tsup";

export default packageBuild();
