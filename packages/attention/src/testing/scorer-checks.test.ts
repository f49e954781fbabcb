import { detach, type Tensor } from "@heed/tensor";
import { describe, expect, test } from "vitest";
import type { GruDecoder } from "../gru-decoder.js";
import type { Scorer } from "../scorer.js";
import { additive } from "../scorers/additive.js";
import { scorerChecks } from "./scorer-checks.js";

/** Additive scores, whose decoder at once is given something else than its steps are. */
function spoilt(
  change: (
    params: Readonly<Record<string, Tensor>>,
    decoder: GruDecoder,
  ) => [params: Readonly<Record<string, Tensor>>, decoder: GruDecoder],
): Scorer {
  return { ...additive, decodeGru: (params, decoder) => additive.decodeGru!(...change(params, decoder)) };
}

async function faultsOf(scorer: Scorer): Promise<string[]> {
  const checks = scorerChecks(scorer).filter(({ name }) => name.includes("sample 1: a GRU decoder at once"));
  expect(checks).toHaveLength(1);
  const faults = checks.map(({ run }) =>
    run().then(
      () => "",
      (error: Error) => error.message,
    ),
  );
  return (await Promise.all(faults)).filter((fault) => fault !== "");
}

describe("a decoder at once", () => {
  test("that equals its steps passes", async () => {
    expect(await faultsOf(additive)).toEqual([]);
  });

  test("must give their values", async () => {
    const wrong = spoilt((params, decoder) => [{ ...params, v: params.v!.mul(2) }, decoder]);
    expect(await faultsOf(wrong)).toEqual([expect.stringMatching(/^decodeGru: states: element/)]);
  });

  test.each(["W", "v"])("must give the gradient of the parameter %s", async (name) => {
    const without = spoilt((params, decoder) => [{ ...params, [name]: detach(params[name]!) }, decoder]);
    expect(await faultsOf(without)).toEqual([expect.stringContaining(`decodeGru: gradient for ${name}: element`)]);
  });

  test.each([
    ["tokenGates", "tokenGates"],
    ["hidden", "hidden"],
    ["prepared", "keys"],
    ["values", "values"],
    ["contextWeight", "contextWeight"],
    ["weightHh", "weightHh"],
    ["biasHh", "biasHh"],
  ] as const)("must give the gradient of %s", async (name, told) => {
    const without = spoilt((params, decoder) => [
      params,
      { ...decoder, [name]: decoder[name] && detach(decoder[name]) },
    ]);
    expect(await faultsOf(without)).toEqual([expect.stringContaining(`decodeGru: gradient for ${told}: element`)]);
  });
});
