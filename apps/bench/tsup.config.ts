import { packageBuild } from "@heed/tooling/tsup";

// Programs: the benchmark itself, each contestant that is a process of its own, and what the peers' adapters import.
export default packageBuild({
  entry: {
    main: "src/main.ts",
    heed: "src/contestants/heed.ts",
    limit: "src/contestants/limit.ts",
    serve: "src/contestants/serve.ts",
  },
  onSuccess: async () => undefined,
});
