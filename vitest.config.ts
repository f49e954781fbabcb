import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const packages = fileURLToPath(new URL("./packages/", import.meta.url));

/** Tests run on the sources: no build is needed, and a failure points at a line of TypeScript. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@heed\/([a-z0-9-]+)\/testing$/, replacement: `${packages}$1/src/testing/index.ts` },
      { find: /^@heed\/([a-z0-9-]+)$/, replacement: `${packages}$1/src/index.ts` },
    ],
  },
  test: {
    include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "tooling/**/*.test.ts"],
    testTimeout: 60_000,
  },
});
