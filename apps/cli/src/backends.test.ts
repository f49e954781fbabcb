import { HeedError } from "@heed/core";
import { cpu, defineBackend } from "@heed/tensor";
import { expect, test } from "vitest";
import { tryBackend } from "./backends.js";

test("a backend of a plug-in that throws does not run here, and says why", async () => {
  const fail = async (): Promise<never> => {
    throw new HeedError("no card");
  };
  const none = async (): Promise<undefined> => undefined;
  const spec = { name: "mine", summary: "a test", automatic: true, options: {}, fault: none, load: async () => cpu() };
  expect(await tryBackend(defineBackend({ ...spec, fault: fail }))).toBe("no card");
  expect(await tryBackend(defineBackend({ ...spec, load: fail }))).toBe("no card");
  expect(await tryBackend(defineBackend(spec))).toMatchObject({ backend: "cpu" });
});
