import { cpu } from "@heed/tensor";
import { expect, it } from "vitest";
import { values } from "./values.js";

it("are the uniform numbers of heed's backends, centred and scaled", async () => {
  const backend = cpu();
  const uniform = await backend.download(backend.uniform(100, 7));
  expect([...values(7, 100, 4)]).toEqual(Array.from(uniform, (u) => (u - 0.5) * 4));
});
