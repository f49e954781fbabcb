import { packageBuild } from "@heed/tooling/tsup";

// A program, not a library: nobody imports it, so it has no declarations.
export default packageBuild({ entry: ["src/main.ts"], onSuccess: async () => undefined });
