import { Random } from "@heed/core";
import { assertSame, assertThrows, CheckError } from "@heed/core/testing";
import { Adam, loadModule, saveModule } from "@heed/nn";
import { generate, greedy, type Seq2SeqModel, type VocabularySpec } from "@heed/seq2seq";
import { cpu, memory, mul, noGrad, scope, sum, type Tensor, tensor, use } from "@heed/tensor";
import { assertClose, checkDirections, toHost } from "@heed/tensor/testing";
import { checkConfig } from "../config/run-config.js";
import { schemaMeta, schemaShape } from "../config/schema-keys.js";
import {
  assertGradients,
  batchOf,
  evenPairs,
  forward,
  gradientsOf,
  ints,
  lossOf,
  pairs,
  parameterValues,
  plainVocabulary,
  type RecipeTrial,
  sourceOf,
} from "./recipe-trial.js";

export async function checkOptions({ recipe, build }: RecipeTrial): Promise<void> {
  for (const [key, schema] of Object.entries(schemaShape(recipe.model))) {
    if (!schemaMeta(schema)?.description?.trim())
      throw new CheckError(
        `the option ${key} has no description. Write option(schema, default, "…") of @heed/seq2seq.`,
      );
  }
  recipe.build({}, { ...contextOf(1) }).dispose();
  assertThrows("an unknown option of the model", () => build({}, { noSuchOption: 1 }));
  for (const key of Object.keys(schemaShape(recipe.model))) {
    assertThrows(`the option ${key} with a function as its value`, () => build({}, { [key]: () => 1 }));
  }
  checkConfig({ recipe: recipe.name }, { plugins: [recipe] });
}

const contextOf = (seed: number) => ({
  source: plainVocabulary,
  target: plainVocabulary,
  sharedVocabulary: true,
  random: new Random(seed),
});

export async function checkSeeds({ build }: RecipeTrial): Promise<void> {
  const values = await Promise.all([1, 1, 2].map((seed) => parameterValues(build({ random: new Random(seed) }))));
  assertSame("the parameters of two models built with the same seed", values[1], values[0]);
  if (JSON.stringify([...values[0]!]) === JSON.stringify([...values[2]!]))
    throw new CheckError("the parameters are the same for another seed. Draw them from `context.random`.");
}

export async function checkReach({ build, given }: RecipeTrial): Promise<void> {
  const model = build();
  const gradients = gradientsOf(model, () => model.loss(batchOf(pairs)).total);
  const { unused = [] } = given;
  const sizes = new Map(
    await Promise.all(
      Object.entries(gradients).map(async ([name, gradient]) => {
        return [name, Math.max(0, ...Array.from((await gradient?.data()) ?? [], Math.abs))] as const;
      }),
    ),
  );
  const least = 1e-12 * Math.max(...sizes.values());
  for (const [name, size] of sizes) {
    if (size > least === unused.includes(name)) {
      throw new CheckError(
        size > least
          ? `the parameter ${name} has a gradient, although \`unused\` lists it.`
          : `the parameter ${name} has no gradient but 0. Use it in the loss without \`detach\`, remove it, or list it in \`unused\`.`,
      );
    }
  }
  // A batch has the sum of the gradients of its sentences: padding adds none.
  const separate = pairs.map((pair) => gradientsOf(model, () => model.loss(batchOf([pair])).total));
  const added = Object.fromEntries(
    Object.keys(gradients).map((name) => {
      const parts = separate
        .map((each) => each[name])
        .filter((each): each is Tensor => each !== null && each !== undefined);
      return [name, parts.length > 0 ? parts.reduce((a, b) => a.add(b)) : null];
    }),
  );
  await assertGradients("a padded batch, against its sentences one by one", gradients, added);
}

export async function checkDifferences({ build }: RecipeTrial): Promise<void> {
  const model = build();
  // Without padding: the embedding of padding has no gradient by design.
  const batch = batchOf(evenPairs);
  await checkDirections(() => model.loss(batch).total, Object.fromEntries(model.parameters()), { tolerance: 1e-6 });
}

export async function checkFused({ build }: RecipeTrial): Promise<void> {
  const [fused, steps] = [true, false].map((on) => {
    const model = build();
    model.fused = on;
    return model;
  }) as [Seq2SeqModel, Seq2SeqModel];
  const batch = batchOf(pairs);
  const [a, b] = [await forward(fused, batch), await forward(steps, batch)];
  assertClose("logits of the fused decoder, against single steps", a.logits, b.logits, 1e-9);
  if (a.weights && b.weights)
    assertClose("weights of the fused decoder, against single steps", a.weights, b.weights, 1e-9);
  const cotangent = tensor([1, 2, 3, 4]);
  // The weights take part in the loss, as in guided alignment.
  const lossWith = (model: Seq2SeqModel) => (): Tensor => {
    const encoded = model.encode(batch);
    const output = model.decode(encoded, batch.decoderInput);
    const { total } = model.lossOf(output, encoded, batch);
    return output.weights ? total.add(sum(output.weights.mul(output.weights).mul(cotangent))) : total;
  };
  await assertGradients(
    "the fused decoder, against single steps",
    gradientsOf(fused, lossWith(fused)),
    gradientsOf(steps, lossWith(steps)),
  );
}

export async function checkFresh({ build }: RecipeTrial): Promise<void> {
  const [model, fresh] = [build(), build()];
  const batch = batchOf(pairs);
  const loss = (of: Seq2SeqModel) => gradientsOf(of, () => of.loss(batch).total);
  const twoSteps = (of: Seq2SeqModel) => (): Tensor => {
    const encoded = of.encode(batch);
    const { state } = of.step(encoded, ints([1, 1, 1]), encoded.initial);
    return sum(of.step(encoded, ints([3, 7, 5]), state).logits);
  };
  noGrad(() => {
    const encoded = model.encode(batch);
    model.decode(encoded, batch.decoderInput);
    model.step(encoded, ints([1, 1, 1]), encoded.initial);
  });
  await assertGradients("after steps without gradients", loss(model), loss(fresh));
  noGrad(twoSteps(model));
  await assertGradients(
    "two steps after steps without gradients",
    gradientsOf(model, twoSteps(model)),
    gradientsOf(fresh, twoSteps(fresh)),
  );
  const before = await parameterValues(fresh);
  assertSame("the parameters after losses and steps", await parameterValues(model), before);
}

/** The logits of one step from scratch, without gradients. */
async function stepLogits(model: Seq2SeqModel): Promise<number[]> {
  const encoded = noGrad(() => model.encode(sourceOf(pairs)));
  return [...(await noGrad(() => model.step(encoded, ints([1, 1, 1]), encoded.initial)).logits.data())];
}

export async function checkUpdates({ build }: RecipeTrial): Promise<void> {
  const model = build();
  await stepLogits(model);
  for (const parameter of model.parameters().values()) parameter.assign(noGrad(() => parameter.mul(1.5)));
  const fresh = build({ random: new Random(9) });
  for (const [name, parameter] of fresh.parameters()) parameter.assign(model.parameters().get(name)!);
  assertSame("the logits of a step after all parameters changed", await stepLogits(model), await stepLogits(fresh));
  model.releaseCache();
  assertSame("the logits of a step after releaseCache()", await stepLogits(model), await stepLogits(fresh));
}

export async function checkRoundTrip({ build }: RecipeTrial): Promise<void> {
  const [model, loaded] = [build(), build({ random: new Random(9) })];
  await stepLogits(loaded);
  loadModule(loaded, await saveModule(model));
  assertSame("the parameters after saving and loading", await parameterValues(loaded), await parameterValues(model));
  const [a, b] = [await forward(loaded, batchOf(pairs)), await forward(model, batchOf(pairs))];
  assertClose("logits after saving and loading", a.logits, b.logits, 0);
  assertSame("the logits of a step after saving and loading", await stepLogits(loaded), await stepLogits(model));
}

export async function checkBackend({ build }: RecipeTrial): Promise<void> {
  const model = build();
  const batch = batchOf(pairs);
  const expected = await lossOf(model, batch);
  const gradients = gradientsOf(model, () => model.loss(batch).total);
  await use(cpu({ precision: "f64" }));
  assertSame("the loss with another backend in use", await lossOf(model, batch), expected);
  await assertGradients(
    "with another backend in use",
    gradientsOf(model, () => model.loss(batch).total),
    gradients,
    0,
  );
}

export async function checkModes({ recipe, build }: RecipeTrial): Promise<void> {
  const random = new Random(5);
  const plain = build({ random });
  const state = random.state();
  const trained = await forward(plain, batchOf(pairs));
  assertSame("the state of the generator after a call without dropout", random.state(), state);
  plain.eval();
  assertClose(
    "logits in evaluation, against training without dropout",
    (await forward(plain, batchOf(pairs))).logits,
    trained.logits,
    0,
  );
  if (!("dropout" in schemaShape(recipe.model))) return;
  const source = new Random(6);
  const model = build({ random: source }, { dropout: 0.4 });
  model.loadStateDict(await plain.stateDict());
  const call = async (): Promise<ArrayLike<number>> => {
    source.restore(state);
    return (await forward(model, batchOf(pairs))).logits.values;
  };
  const [first, second] = [Array.from(await call()), Array.from(await call())];
  assertSame("the logits with dropout and the generator in the same state", second, first);
  if (first.every((value, i) => value === trained.logits.values[i]))
    throw new CheckError("the option dropout has no effect in training.");
  model.eval();
  assertClose("logits in evaluation with dropout", (await forward(model, batchOf(pairs))).logits, trained.logits, 0);
}

/** Pairs of words that change places with special ids. */
function moved(vocabulary: VocabularySpec, swaps: readonly (readonly [number, number])[]) {
  const to = new Map(swaps.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));
  const map = (id: number): number => to.get(id) ?? id;
  const { size, padId, sosId, eosId } = vocabulary;
  return { map, vocabulary: { size, padId: map(padId), sosId: map(sosId), eosId: map(eosId) } };
}

export async function checkSpecialIds(trial: RecipeTrial): Promise<void> {
  const sharing = ["shareEmbedding"].filter((key) => key in schemaShape(trial.recipe.model));
  const unshared = Object.fromEntries(sharing.map((key) => [key, false]));
  // Two vocabularies of different sizes, so that the rows of each are known by their number.
  const sides = { source: plainVocabulary, target: { ...plainVocabulary, size: 13 } };
  const source = moved(sides.source, [
    [0, 9],
    [1, 5],
    [2, 7],
  ]);
  const target = moved(sides.target, [
    [0, 12],
    [1, 6],
    [2, 3],
  ]);
  const build = (change: typeof sides): Seq2SeqModel => trial.build({ ...change, sharedVocabulary: false }, unshared);
  const plain = build(sides);
  const other = build({ source: source.vocabulary, target: target.vocabulary });
  const maps = new Map([
    [11, source.map],
    [13, target.map],
  ]);
  const permuted = (shape: readonly number[], values: ArrayLike<number>): Float64Array => {
    const result = new Float64Array(values.length);
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
    for (let i = 0; i < values.length; i++) {
      const to = shape.reduce((sum, size, axis) => {
        const index = Math.floor(i / strides[axis]!) % size;
        return sum + (maps.get(size)?.(index) ?? index) * strides[axis]!;
      }, 0);
      result[to] = values[i]!;
    }
    return result;
  };
  const state = await plain.stateDict();
  other.loadStateDict(
    new Map(
      [...state].map(([name, { shape, data }]) => [
        name,
        { dtype: "F64", shape, data: permuted(shape, data as Float64Array) },
      ]),
    ),
  );
  const movedPairs = pairs.map((pair) => ({
    source: pair.source.map(source.map),
    target: pair.target.map(target.map),
  }));
  const spec = { source: source.vocabulary, target: target.vocabulary };
  const batches = [batchOf(pairs), batchOf(movedPairs, spec)] as const;
  const [expected, loss] = [await lossOf(plain, batches[0]), await lossOf(other, batches[1])];
  if (Math.abs(loss - expected) > 1e-8) {
    throw new CheckError(
      `the loss with other special ids, ${JSON.stringify(spec)}, must be ${expected}, got ${loss}. Read padId, sosId and eosId from the vocabularies of the context.`,
    );
  }
  const gradients = gradientsOf(plain, () => plain.loss(batches[0]).total);
  const others = gradientsOf(other, () => other.loss(batches[1]).total);
  for (const [name, gradient] of Object.entries(gradients)) {
    if (!gradient || !others[name]) continue;
    const values = permuted(gradient.shape, await gradient.data());
    assertClose(
      `the gradient for ${name} with other special ids`,
      await toHost(others[name]),
      { shape: gradient.shape, values },
      1e-8,
    );
  }
  const decoded = await generate(plain, batches[0], greedy(), { maxLength: 5 });
  const decodedOthers = await generate(other, batches[1], greedy(), { maxLength: 5 });
  assertSame(
    "the decoded ids with other special ids",
    decodedOthers.map(({ hypotheses }) => hypotheses[0]!.ids),
    decoded.map(({ hypotheses }) => hypotheses[0]!.ids.map(target.map)),
  );
}

export async function checkLearning({ build }: RecipeTrial): Promise<void> {
  const model = build();
  const optimizer = new Adam(model.parameters());
  const batch = batchOf(pairs);
  const before = await lossOf(model, batch);
  let after = before;
  for (let step = 0; step < 12 && !(after < 0.9 * before); step++) {
    scope(() => {
      model.loss(batch).total.backward();
      optimizer.step(0.1);
      optimizer.zeroGrad();
    });
    after = await lossOf(model, batch);
  }
  if (!(after < 0.9 * before))
    throw new CheckError(`the loss of three sentences must fall in 12 steps of Adam, got ${after} after ${before}.`);
}

export async function checkLeaks({ build }: RecipeTrial): Promise<void> {
  const model = build();
  const batch = batchOf(pairs);
  const work = (): number => {
    scope(() => void model.loss(batch).total.backward());
    scope(() =>
      noGrad(() => {
        const encoded = model.encode(batch);
        const { state } = model.step(encoded, ints([1, 1, 1]), encoded.initial);
        model.step(encoded, ints([3, 4, 5]), state);
      }),
    );
    model.zeroGrad();
    return memory().buffers;
  };
  const before = work();
  const left = work() - before;
  if (left !== 0)
    throw new CheckError(`${left} buffers more are alive after the same loss and steps, each in a scope.`);
  scope(() => void mul(model.loss(batch).total, 2).backward());
  model.dispose();
  for (const each of [batch.ids, batch.lengths, batch.decoderInput, batch.target]) each.dispose();
  const alive = memory().buffers;
  if (alive !== 0)
    throw new CheckError(
      `${alive} buffers are still alive after dispose(). Free what the model holds besides its parameters.`,
    );
}
