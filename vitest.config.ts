import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { SummaryReporter } from "./tooling/scripts/summary-reporter.ts";

const packages = fileURLToPath(new URL("./packages/", import.meta.url));
const heed = fileURLToPath(new URL("./apps/cli/src/", import.meta.url));

/** Tests run on the sources: no build is needed, and a failure points at a line of TypeScript. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^heed\/testing$/, replacement: `${heed}testing/index.ts` },
      { find: /^heed$/, replacement: `${heed}index.ts` },
      { find: /^@heed\/([a-z0-9-]+)\/testing$/, replacement: `${packages}$1/src/testing/index.ts` },
      { find: /^@heed\/([a-z0-9-]+)\/(node|light|text)$/, replacement: `${packages}$1/src/$2.ts` },
      { find: /^@heed\/tokenizers\/hugging-face$/, replacement: `${packages}tokenizers/src/hugging-face.ts` },
      { find: /^@heed\/([a-z0-9-]+)$/, replacement: `${packages}$1/src/index.ts` },
    ],
  },
  test: {
    include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "tooling/**/*.test.ts"],
    testTimeout: 60_000,
    pool: "forks",
    // A backend in use is a global of its process: no two files share one.
    isolate: true,
    // Every worker holds tensors: more of them than this cost memory and save little.
    maxWorkers: Math.min(availableParallelism(), 4),
    // One line a file, details of what failed, and the counts for the last line of `npm test`.
    reporters: [["default", { summary: false }], new SummaryReporter()],
  },
});
