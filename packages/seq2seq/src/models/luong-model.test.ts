import { Random } from "@heed/core";
import { concat, cpu, stack, type Tensor, tanh, tensor, unstack, use, zeros } from "@heed/tensor";
import { assertClose, toHost } from "@heed/tensor/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { LuongModel, luongOptions } from "./luong-model.js";

const build = (options: Record<string, unknown> = {}): LuongModel =>
  new LuongModel(luongOptions.parse({ embeddingSize: 4, hiddenSize: 6, ...options }), {
    sourceSize: 9,
    targetSize: 9,
    sharedVocabulary: true,
    padId: 0,
    random: new Random(1),
  });
const ints = (values: number[] | number[][]): Tensor => tensor(values, { dtype: "i32" });
const source = (): Tensor =>
  ints([
    [3, 4, 5],
    [6, 7, 0],
  ]);
const lengths = (): Tensor => ints([3, 2]);
const input = (): Tensor =>
  ints([
    [1, 3, 4, 5],
    [1, 6, 7, 2],
  ]);

beforeEach(() => use(cpu({ precision: "f64" })));

/** s̃ = tanh(W[s; c]), or tanh(W(s + c)). */
function attentional(model: LuongModel, state: Tensor, context: Tensor): Tensor {
  const joined = model.combiner.kind === "concat" ? concat([state, context], { axis: -1 }) : state.add(context);
  return tanh(joined.matmul(model.mix.weight.transpose()));
}

describe("LuongModel", () => {
  test.each(["concat", "add"])("mixes state and context before it predicts: %s", async (combine) => {
    const model = build({ combine });
    const encoded = model.encode(source(), lengths());
    const states = model.decoder!.forward(model.embedding.forward(input()), {
      state: [{ hidden: encoded.initial[0]! }],
    }).outputs;
    const { context } = model.attention.forward(states, encoded.memories[0]!);
    const expected = model.output.forward(attentional(model, states, context));
    assertClose("logits", await toHost(model.decode(encoded, input()).logits), await toHost(expected), 1e-12);
    expect(model.mix.bias).toBeNull();
  });

  test("feeds the attentional state to the next step, beginning with 0", async () => {
    const model = build({ inputFeeding: true, layers: 2, scorer: "additive" });
    const encoded = model.encode(source(), lengths());
    const [first, second] = model.cells;
    let [lower, upper] = encoded.initial.map((hidden) => ({ hidden }));
    let fed = zeros([2, 6]);
    const logits: Tensor[] = [];
    for (const token of unstack(model.embedding.forward(input()), { axis: 1 })) {
      lower = first!.forward(concat([token, fed], { axis: 1 }), lower!);
      upper = second!.forward(lower.hidden, upper!);
      const { context } = model.attention.forward(upper.hidden, encoded.memories[0]!);
      fed = attentional(model, upper.hidden, context.reshape(2, 6));
      logits.push(model.output.forward(fed));
    }
    const expected = stack(logits, { axis: 1 });
    assertClose("logits", await toHost(model.decode(encoded, input()).logits), await toHost(expected), 1e-12);
  });

  test("drops what is handed from layer to layer, in training only", async () => {
    const model = build({ inputFeeding: true, layers: 2, dropout: 0.5 });
    const logits = async (): Promise<unknown> => [...(await model.forward(source(), lengths(), input()).logits.data())];
    expect(await logits()).not.toEqual(await logits());
    model.eval();
    expect(await logits()).toEqual(await logits());
  });
});
