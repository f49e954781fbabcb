import { delimiter } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { outsideEnvironment } from "./run-program.ts";

afterEach(() => vi.unstubAllEnvs());

test("the environment outside of the workspace has no tools and no settings of the workspace", () => {
  vi.stubEnv("PATH", ["/heed/node_modules/.bin", "/usr/bin"].join(delimiter));
  vi.stubEnv("npm_lifecycle_event", "test");
  vi.stubEnv("npm_config_local_prefix", "/heed");
  vi.stubEnv("INIT_CWD", "/heed");
  vi.stubEnv("HEED_SUMMARY", "/tmp/summary.json");
  vi.stubEnv("npm_config_registry", "https://registry.example");
  const env = outsideEnvironment();
  expect(env.PATH).toBe("/usr/bin");
  expect(env.npm_config_registry).toBe("https://registry.example");
  for (const name of ["npm_lifecycle_event", "npm_config_local_prefix", "INIT_CWD", "HEED_SUMMARY"]) {
    expect(env).not.toHaveProperty(name);
  }
});
