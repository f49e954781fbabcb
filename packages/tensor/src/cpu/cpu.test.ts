import { describe, test } from "vitest";
import { backendChecks } from "../testing/index.js";
import { cpu } from "./cpu.js";

describe("the reference backend in f32", () => {
  for (const check of backendChecks(() => cpu())) test(check.name, check.run);
});
