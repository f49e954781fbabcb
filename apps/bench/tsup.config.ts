import { packageBuild } from "@heed/tooling/tsup";
import type { Options } from "tsup";

// Programs: the benchmark itself, each contestant that is a process of its own, and what the peers' adapters import.
const programs = packageBuild({
  entry: {
    main: "src/main.ts",
    heed: "src/contestants/heed.ts",
    limit: "src/contestants/limit.ts",
    chromium: "src/contestants/chromium.ts",
    serve: "src/contestants/serve.ts",
    kit: "src/contestants/kit.ts",
  },
  onSuccess: async () => undefined,
}) as Options;

// A page has no packages: its script holds all that it needs.
const page: Options = {
  ...programs,
  entry: { page: "src/page/page.ts" },
  platform: "browser",
  noExternal: [/./],
  external: [/^node:/],
  clean: false,
};

export default [programs, page];
