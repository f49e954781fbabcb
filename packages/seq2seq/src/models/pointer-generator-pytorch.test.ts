import { cpu, exp, mul, sum, type Tensor, tensor, use } from "@heed/tensor";
import { assertClose, host, toHost } from "@heed/tensor/testing";
import { type FixtureTensor, loadFixture } from "@heed/tooling/pytorch";
import { expect, test } from "vitest";
import { testContext } from "../../testing/test-context.js";
import { PointerGeneratorModel } from "./pointer-generator-model.js";

const { config, inputs, parameters, outputs, cotangents, gradients } = loadFixture("pointer-generator");
const size = config.vocabulary as number;
const vocabulary = { size, padId: 0, sosId: 1, eosId: 2, unkId: 3 };

const read = ({ data, shape, dtype }: FixtureTensor): Tensor =>
  tensor(Float64Array.from(data), { shape, dtype: dtype === "f64" ? "f32" : dtype });

test("a PyTorch implementation has the same probabilities, losses and gradients", async () => {
  await use(cpu({ precision: "f64" }));
  const sizes = { embeddingSize: config.embedding_size as number, hiddenSize: config.hidden_size as number };
  const model = new PointerGeneratorModel(sizes, { ...testContext(), source: vocabulary, target: vocabulary });
  model.loadStateDict(
    new Map(
      Object.entries(parameters).map(([name, { shape, data }]) => [
        name,
        { dtype: "F64", shape, data: Float64Array.from(data) },
      ]),
    ),
  );
  const given = Object.fromEntries(Object.entries(inputs).map(([name, each]) => [name, read(each)]));
  const { ids, lengths, copyIds, decoderInput, copyTarget } = given as Record<string, Tensor>;
  const batch = {
    ...{ ids: ids!, lengths: lengths!, decoderInput: decoderInput!, copyTarget: copyTarget! },
    copy: { ids: copyIds!, extraTokens: config.extra_tokens as number },
    target: copyTarget!,
    tokenCount: 6,
  };
  const encoded = model.encode(batch);
  const output = model.decode(encoded, batch.decoderInput);
  const { crossEntropy, coverage } = model.lossOf(output, encoded, batch).terms;
  const results = { probabilities: exp(model.logProbs(output, encoded)), crossEntropy, coverage } as Record<
    string,
    Tensor
  >;
  Object.entries(cotangents)
    .map(([name, cotangent]) => sum(mul(results[name]!, read(cotangent))))
    .reduce((a, b) => a.add(b))
    .backward();
  const compare = async (what: string, got: Tensor, { data, shape }: FixtureTensor): Promise<void> =>
    assertClose(what, await toHost(got), host([...data], shape), 1e-10);
  for (const [name, expected] of Object.entries(outputs)) await compare(name, results[name]!, expected);
  expect([...model.parameters().keys()].sort()).toEqual(Object.keys(parameters).sort());
  for (const [name, { grad }] of model.parameters()) {
    await compare(`gradient of ${name}`, grad!, gradients.parameters[name]!);
  }
});
