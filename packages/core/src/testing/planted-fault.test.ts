import { expect, test } from "vitest";
import { type Check, CheckError, expectCaught, failuresOf } from "./index.js";

const passes: Check = { name: "dot: is fast", run: async () => {} };
const fails: Check = {
  name: "dot: is finite",
  run: async () => {
    throw new CheckError("it is NaN");
  },
};
const crashes: Check = {
  name: "dot: crashes",
  run: async () => {
    throw new TypeError("no such method");
  },
};

test("failuresOf runs every check and returns the errors by name", async () => {
  const failed = await failuresOf([passes, fails, crashes]);
  expect(Object.keys(failed)).toEqual(["dot: is finite", "dot: crashes"]);
  expect(failed["dot: is finite"]).toBeInstanceOf(CheckError);
});

test("expectCaught wants the named check to fail with a CheckError", async () => {
  await expectCaught([passes, fails], "is finite");
  await expectCaught([passes], null);
  await expect(expectCaught([passes, fails], null)).rejects.toThrow(
    '"dot: is finite" must pass, but it fails: it is NaN',
  );
  await expect(expectCaught([passes, fails], "is fast")).rejects.toThrow(
    '"is fast" must fail, but it passes. These fail instead: dot: is finite.',
  );
  await expect(expectCaught([passes], "is finite")).rejects.toThrow(
    'No check is named "is finite". Known: dot: is fast.',
  );
  await expect(expectCaught([crashes], "crashes")).rejects.toThrow(
    '"dot: crashes" must fail with a CheckError, got TypeError: no such method',
  );
});
