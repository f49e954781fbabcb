import { type Embedding, Linear } from "@heed/nn";
import {
  add,
  concat,
  cpu,
  exp,
  expand,
  log,
  logSoftmax,
  mul,
  scatterAdd,
  sigmoid,
  softmax,
  sub,
  type Tensor,
  use,
  zeros,
} from "@heed/tensor";
import { beforeEach, expect, test, vi } from "vitest";
import { ints, sourceOf, testContext } from "../../testing/test-context.js";
import { generate } from "../search/generate.js";
import { greedy } from "../search/greedy.js";
import { AfterStepModel } from "./after-step-model.js";
import { BeforeStepModel } from "./before-step-model.js";
import type { BuildContext } from "./build-context.js";
import type { EncoderParts, RecurrentOptions } from "./recurrent-model.js";
import type { DecoderOutput, DecoderStep, Encoded } from "./seq2seq-model.js";
import { type EncoderOutput, SourceEncoder } from "./source-encoder.js";

beforeEach(() => use(cpu({ precision: "f64" })));

const options = { embeddingSize: 4, hiddenSize: 6 };

/** Encodes each word by its embedding alone. */
class BagEncoder extends SourceEncoder {
  readonly embedding: Embedding;
  readonly project: Linear;

  constructor({ embedding, random }: EncoderParts, size: number) {
    super();
    this.embedding = embedding;
    this.project = new Linear({ inFeatures: 4, outFeatures: size, random });
  }

  get outputSize(): number {
    return this.project.weight.shape[0]!;
  }

  forward(source: Tensor, lengths: Tensor): EncoderOutput {
    const states = this.project.forward(this.embedding.forward(source));
    const hidden = zeros([lengths.size, this.outputSize]);
    return { states, last: [{ hidden }], maps: [] };
  }
}

test("a subclass replaces the encoder, and no other one is built", () => {
  const created = vi.fn();
  class BagModel extends BeforeStepModel {
    protected override createEncoder({ hiddenSize }: RecurrentOptions, parts: EncoderParts): SourceEncoder {
      created();
      return new BagEncoder(parts, hiddenSize);
    }
  }
  const model = new BagModel({ embeddingSize: 4, hiddenSize: 6 }, testContext());
  expect(created).toHaveBeenCalledTimes(1);
  const names = [...model.parameters().keys()].filter((name) => name.startsWith("encoder."));
  expect(names).toEqual(["encoder.embedding.weight", "encoder.project.weight", "encoder.project.bias"]);
  const output = model.forward({ ...sourceOf([[3, 4, 0]], [2]), decoderInput: ints([[1, 3]]) });
  expect(output.logits.shape).toEqual([1, 2, 9]);
});

/** A copy network (See et al. 2017): p(w) = g · p_vocab(w) + (1 − g) · Σ attention of the source positions with w. */
class CopyModel extends AfterStepModel {
  readonly gate: Linear;

  constructor(context: BuildContext) {
    super(options, context);
    this.gate = new Linear({ inFeatures: context.target.size, outFeatures: 1, random: context.random });
  }

  override logProbs({ logits, weights }: DecoderOutput | DecoderStep, { source }: Encoded): Tensor {
    const { ids, extraTokens } = source.copy!;
    const generate = sigmoid(this.gate.forward(logits)); // … 1
    const vocabulary = softmax(logits, { axis: -1 }); // … v
    const shape = logits.shape.slice(0, -1);
    const padding = zeros([...shape, extraTokens]);
    const size = this.target.size + extraTokens;
    const positions = shape.length === 2 ? ids.reshape(shape[0]!, 1, -1) : ids;
    const indices = expand(positions, { shape: weights!.shape });
    const copied = scatterAdd(weights!, indices, { axis: -1, size }); // … v + extra
    const generated = concat([vocabulary, padding], { axis: -1 });
    const mixed = add(mul(generated, generate), mul(copied, sub(1, generate)));
    return log(add(mixed, 1e-12));
  }
}

test("a copy network overrides logProbs only: loss, accuracy and decoding use the extended vocabulary", async () => {
  const model = new CopyModel({ ...testContext(), target: { size: 9, padId: 0, sosId: 1, eosId: 2, unkId: 3 } });
  // The second word is not in the vocabulary: id 9 of the extended one.
  const source = { ...sourceOf([[4, 3, 5]], [3]), copy: { ids: ints([[4, 9, 5]]), extraTokens: 1 } };
  const batch = {
    ...source,
    decoderInput: ints([[1, 3]]),
    target: ints([[3, 2]]),
    copyTarget: ints([[9, 2]]),
    tokenCount: 2,
  };
  const encoded = model.encode(batch);
  const output = model.decode(encoded, batch.decoderInput);
  const probabilities = await exp(model.logProbs(output, encoded)).data();
  expect(probabilities).toHaveLength(20);
  const sum = [...probabilities].slice(0, 10).reduce((total, p) => total + p, 0);
  expect(sum).toBeCloseTo(1, 6);
  const { total } = model.loss(batch);
  expect(await total.item()).toBeCloseTo(-Math.log(probabilities[9]!) - Math.log(probabilities[10 + 2]!), 8);
  total.backward();
  expect(model.gate.weight.grad).not.toBeNull();
  // With the gate closed the model can only copy.
  model.gate.bias!.assign(zeros([1]).add(-1e3));
  const step = vi.spyOn(model, "step");
  const [decoded] = await generate(model, source, greedy(), { maxLength: 4 });
  const { ids } = decoded!.hypotheses[0]!;
  for (const id of ids) expect([4, 9, 5]).toContain(id);
  if (ids.slice(0, -1).includes(9)) {
    const fed = await Promise.all(step.mock.calls.map(([, ids]) => (ids.disposed ? null : ids.data())));
    for (const ids of fed) expect([...(ids ?? [])]).not.toContain(9);
  }
  expect(await model.decoderIds(ints([9, 4]), source).data()).toEqual(Int32Array.of(3, 4));
});

test("the default distribution is the softmax of the logits", async () => {
  const model = new AfterStepModel(options, testContext());
  const encoded = model.encode(sourceOf([[3, 4]], [2]));
  const output = model.decode(encoded, ints([[1, 3]]));
  const expected = await logSoftmax(output.logits, { axis: -1 }).data();
  expect(await model.logProbs(output, encoded).data()).toEqual(expected);
  const ids = await model.predict(output, encoded).data();
  const rows = [0, 1].map((row) => [...expected].slice(9 * row, 9 * row + 9));
  expect([...ids]).toEqual(rows.map((row) => row.indexOf(Math.max(...row))));
});
