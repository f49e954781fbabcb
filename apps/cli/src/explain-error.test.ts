import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { HeedError } from "@heed/core";
import { afterAll, expect, test } from "vitest";
import { explainError } from "./explain-error.js";
import { rememberPlugin } from "./plugins/plugin-error.js";
import { temporaryFolder } from "./testing/run-cli.js";

function explanationOf(call: () => unknown): string {
  try {
    call();
    return "no error";
  } catch (error) {
    return explainError(error, {}).message;
  }
}

test("errors of heed are for the user, other errors may be faults of heed", () => {
  const heed = new HeedError("Give another path.");
  expect(explainError(heed, {})).toEqual({ message: "Give another path.", exitCode: 1 });
  expect(explainError(new TypeError("x is null"), {})).toEqual({
    message: "TypeError: x is null. This may be a fault of heed: set HEED_DEBUG=1 to see where it happened.",
    exitCode: 70,
  });
});

test("a lack of memory is no fault of heed", () => {
  const allocate = () => {
    try {
      return new Float32Array(2 ** 52);
    } catch (error) {
      return error;
    }
  };
  expect(explainError(allocate(), {})).toEqual({
    message: expect.stringMatching(/^There is not enough memory: .*\. Lower the batch size/),
    exitCode: 1,
  });
});

test("a stack overflow and an impossible length are faults of heed", () => {
  const recurse = (depth: number): number => 1 + recurse(depth + 1);
  for (const [call, what] of [
    [() => recurse(0), "Maximum call stack size exceeded"],
    [() => new Array(-1), "Invalid array length"],
  ] as const) {
    expect(explanationOf(call)).toBe(
      `RangeError: ${what}. This is a fault of heed, not of your input: set HEED_DEBUG=1 to see where it happened.`,
    );
  }
});

test("a RangeError is the fault of a plug-in only when the plug-in itself throws it", async () => {
  const folder = await temporaryFolder(afterAll);
  const file = join(folder, "ranges.mjs");
  await writeFile(file, "export const own = () => new Array(-1);\nexport const passed = (call) => call();\n");
  const plugin = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    own: () => void;
    passed: (call: () => void) => void;
  };
  rememberPlugin(file, "./ranges.mjs");
  expect(explanationOf(() => plugin.own())).toMatch(/^\.\/ranges\.mjs:1, .*RangeError: Invalid array length/);
  expect(explanationOf(() => plugin.passed(() => new Array(-1)))).toMatch(/^RangeError: .* This is a fault of heed/);
});
