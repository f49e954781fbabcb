import { concat, cpu, stack, type Tensor, tanh, unstack, use, zeros } from "@heed/tensor";
import { assertClose, toHost } from "@heed/tensor/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { ints, sourceOf, testContext } from "../../testing/test-context.js";
import { LuongModel, type LuongState } from "./luong-model.js";

const build = (options: Record<string, unknown> = {}): LuongModel =>
  new LuongModel({ embeddingSize: 4, hiddenSize: 6, ...options }, testContext());
const source = () =>
  sourceOf(
    [
      [3, 4, 5],
      [6, 7, 0],
    ],
    [3, 2],
  );
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
  test.each(["concat", "add"])("mixes state and context before the prediction: %s", async (combine) => {
    const model = build({ combine });
    const encoded = model.encode(source());
    const { layers } = encoded.initial as LuongState;
    const states = model.decoder!.forward(model.embedding.forward(input()), { state: layers }).outputs;
    const { context } = model.attention.forward(states, encoded.memory);
    const expected = model.output.forward(attentional(model, states, context));
    assertClose("logits", await toHost(model.decode(encoded, input()).logits), await toHost(expected), 1e-12);
    expect(model.mix.bias).toBeNull();
  });

  test("feeds the attentional state to the next step, starting with 0", async () => {
    const model = build({ inputFeeding: true, layers: 2, scorer: "additive" });
    const encoded = model.encode(source());
    const [first, second] = model.cells;
    let [lower, upper] = (encoded.initial as LuongState).layers;
    let fed = zeros([2, 6]);
    const logits: Tensor[] = [];
    for (const token of unstack(model.embedding.forward(input()), { axis: 1 })) {
      lower = first!.forward(concat([token, fed], { axis: 1 }), lower!);
      upper = second!.forward(lower.hidden, upper!);
      const { context } = model.attention.forward(upper.hidden, encoded.memory);
      fed = attentional(model, upper.hidden, context.reshape(2, 6));
      logits.push(model.output.forward(fed));
    }
    const expected = stack(logits, { axis: 1 });
    assertClose("logits", await toHost(model.decode(encoded, input()).logits), await toHost(expected), 1e-12);
  });

  test("drops features between layers, in training only", async () => {
    const model = build({ inputFeeding: true, layers: 2, dropout: 0.5 });
    const batch = () => ({ ...source(), decoderInput: input() });
    const logits = async (): Promise<unknown> => [...(await model.forward(batch()).logits.data())];
    expect(await logits()).not.toEqual(await logits());
    model.eval();
    expect(await logits()).toEqual(await logits());
  });
});
