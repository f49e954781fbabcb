import { use } from "@heed/tensor";
import { beforeAll, expect, test } from "vitest";
import { wrongCalls, wrongValues } from "../../tensor/testing/wrong-calls.js";
import { wasm } from "./index.js";

beforeAll(async () => {
  await use(await wasm({ threads: 1 }));
});

test.each([...wrongCalls, ...wrongValues])("refuses %s, as the reference does", (_, call, message) => {
  expect(call).toThrow(expect.objectContaining({ message }));
});
