import { cpu, memory, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { findBoth, idsOf, peaked, scoreFirst, searchModels, twoSources } from "../../testing/search-models.js";
import { sourceOf, testContext } from "../../testing/test-context.js";
import { LuongModel } from "../models/luong-model.js";
import { beam } from "./beam.js";
import { generate } from "./generate.js";
import { greedy } from "./greedy.js";
import { sample } from "./sample.js";

const { size, eosId } = testContext().target;
const words = Array.from({ length: size }, (_, id) => id).filter((id) => id > 2);

beforeEach(() => use(cpu({ precision: "f64" })));

describe.each(Object.entries(searchModels))("%s", (_, build) => {
  test("beam of size 1 is greedy, whatever the penalties are", async () => {
    const model = await peaked(build());
    const best = await findBoth(model, greedy());
    for (const coveragePenalty of [0, 2]) {
      const narrow = await findBoth(model, beam({ size: 1, lengthPenalty: 2, coveragePenalty }));
      expect(narrow.map(idsOf)).toEqual(best.map(idsOf));
    }
  });

  test("greedy takes the most probable token at each step", async () => {
    const model = await peaked(build());
    const best = (await findBoth(model, greedy()))[0]![0]!;
    for (const [step, id] of best.ids.entries()) {
      const before = best.ids.slice(0, step);
      const scored = await scoreFirst(
        model,
        [...words, eosId].map((next) => [...before, next]),
      );
      const top = [...words, eosId].map((next, i) => ({ next, logProb: scored[i]!.logProb }));
      expect(top.sort((a, b) => b.logProb - a.logProb)[0]!.next).toBe(id);
    }
  });

  test.each([greedy(), beam({ size: 3, nBest: 3 }), sample({ nBest: 2, seed: 4 })])(
    "the log-probabilities and weights of a hypothesis are those of forced decoding: $name",
    async (search) => {
      const model = await peaked(build(), 3);
      const [hypotheses] = await findBoth(model, search);
      for (const hypothesis of hypotheses!) {
        const [expected] = await scoreFirst(model, [hypothesis.ids]);
        hypothesis.logProbs.forEach((value, i) => {
          expect(value).toBeCloseTo(expected!.logProbs[i]!, 10);
        });
        expect(hypothesis.logProb).toBeCloseTo(expected!.logProb, 10);
        expect(hypothesis.weights === null).toBe(expected!.weights === null);
        hypothesis.weights?.flat().forEach((weight, i) => {
          expect(weight).toBeCloseTo(expected!.weights!.flat()[i]!, 10);
        });
      }
    },
  );

  test.each([greedy(), beam({ size: 4, nBest: 2 }), sample({ seed: 1, nBest: 3 })])(
    "a sentence has the same result alone and in a batch: $name",
    async (search) => {
      const model = await peaked(build(), 4);
      const together = await findBoth(model, search);
      const alone = [
        await generate(model, sourceOf([[3, 4, 5, 3]], [4]), search, { maxLength: 8 }),
        await generate(model, sourceOf([[5, 3]], [2]), search, { maxLength: 8, positions: [1] }),
      ];
      for (const [i, [result]] of alone.entries()) {
        expect(idsOf(result!.hypotheses)).toEqual(idsOf(together[i]!));
        result!.hypotheses.forEach(({ score, weights }, rank) => {
          expect(score).toBeCloseTo(together[i]![rank]!.score, 10);
          expect(weights?.[0]?.length).toBe(together[i]![rank]!.weights?.[0]?.length);
        });
      }
    },
  );

  test("a beam as large as the vocabulary finds the best of all sentences of at most two tokens", async () => {
    const model = await peaked(build(), 3);
    const all = [[eosId], ...words.map((word) => [word, eosId])];
    const scored = await scoreFirst(model, all);
    const expected = all
      .map((sentence, i) => ({ sentence, logProb: scored[i]!.logProb }))
      .sort((a, b) => b.logProb - a.logProb);
    const search = beam({ size, nBest: 4, lengthPenalty: 0, earlyStopping: false });
    const [found] = await findBoth(model, search, { maxLength: 2 });
    expect(idsOf(found!)).toEqual(expected.slice(0, 4).map(({ sentence }) => sentence));
  });

  test("frees everything that it made", async () => {
    const model = build();
    const source = twoSources();
    const before = memory().buffers;
    for (const search of [greedy(), beam({ size: 3 }), sample()]) {
      await generate(model, source, search, { maxLength: 6 });
      expect(memory().buffers).toBe(before);
    }
  });
});

describe("beam", () => {
  test("a larger beam finds sentences with a higher score", async () => {
    const net = await peaked(searchModels["before-step"](), 8);
    const total = async (beamSize: number) => {
      const found = await findBoth(net, beam({ size: beamSize, lengthPenalty: 0, earlyStopping: false }));
      return found.reduce((sum, [best]) => sum + best!.score, 0);
    };
    expect(await total(5)).toBeGreaterThanOrEqual(await total(1));
  });

  test("n-best are different, in order, and each has a score", async () => {
    for (const hypotheses of await findBoth(await peaked(searchModels.luong(), 3), beam({ size: 5, nBest: 5 }))) {
      expect(hypotheses).toHaveLength(5);
      expect(new Set(hypotheses.map((each) => each.ids.join())).size).toBe(5);
      const scores = hypotheses.filter(({ finished }) => finished).map((each) => each.score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    }
  });

  test("a trace shows which candidates were kept, finished and dropped", async () => {
    const net = await peaked(searchModels["before-step"](), 3);
    const [first] = await generate(net, twoSources(), beam({ size: 3 }), { maxLength: 6, trace: true });
    const { trace, hypotheses } = first!;
    expect(trace.length).toBeGreaterThanOrEqual(hypotheses[0]!.ids.length);
    for (const [step, candidates] of trace.entries()) {
      expect(candidates.filter(({ fate }) => fate === "kept").length).toBeLessThanOrEqual(3);
      for (const { parent, total, logProb } of candidates) {
        if (step === 0) expect([parent, total]).toEqual([-1, logProb]);
        else expect(trace[step - 1]![parent]!.total + logProb).toBeCloseTo(total, 10);
      }
    }
    const last = trace[hypotheses[0]!.ids.length - 1]!;
    expect(last.some(({ fate, total }) => fate === "finished" && Math.abs(total - hypotheses[0]!.logProb) < 1e-9)).toBe(
      true,
    );
  });

  test.each([
    [{ size: 0 }, /size must be at least 1, got 0/],
    [{ size: 2, nBest: 3 }, /nBest must be from 1 to size, which is 2, got 3/],
    [{ size: 2, lengthPenalty: -1 }, /lengthPenalty must be a number of at least 0, got -1/],
    [{ size: 2.5 }, /size must be an integer/],
    [{ beams: 2 }, /no option "beams"|beams/],
  ])("refuses %o", (options, message) => {
    expect(() => beam(options as never)).toThrow(message);
  });
});

describe("sample", () => {
  test("draws each token as often as the model says", async () => {
    const net = searchModels.luong();
    const source = sourceOf([[3, 4, 5, 3]], [4]);
    const [drawn] = await generate(net, source, sample({ nBest: 4000, seed: 5 }), { maxLength: 1 });
    const scored = await scoreFirst(
      net,
      words.map((id) => [id]),
    );
    // <pad>, <sos> and <eos> are left out: the first two are never written.
    const total = scored.reduce((sum, { logProb }) => sum + Math.exp(logProb), 0);
    const drawnWords = drawn!.hypotheses.filter(({ ids }) => words.includes(ids[0]!)).length;
    for (const [i, id] of words.entries()) {
      const share = drawn!.hypotheses.filter((each) => each.ids[0] === id).length / drawnWords;
      expect(Math.abs(share - Math.exp(scored[i]!.logProb) / total)).toBeLessThan(0.03);
    }
  });

  test("top-k 1 and a temperature near 0 are greedy", async () => {
    const net = await peaked(searchModels["before-step"](), 3);
    const best = await findBoth(net, greedy());
    for (const search of [sample({ topK: 1 }), sample({ temperature: 1e-4 }), sample({ topP: 1e-6 })]) {
      expect((await findBoth(net, search)).map(idsOf)).toEqual(best.map(idsOf));
    }
  });

  test("the seed decides", async () => {
    const net = searchModels.luong();
    const draw = async (seed: number) => (await findBoth(net, sample({ seed, nBest: 3 }))).map(idsOf);
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
  });

  test.each([{ temperature: 0 }, { topK: 0 }, { topP: 0 }, { topP: 1.1 }, { nBest: 0 }])("refuses %o", (options) => {
    expect(() => sample(options)).toThrow(/sample: \w+ must be/);
  });
});

describe("ensembles", () => {
  test("average the probabilities, and a model twice changes nothing", async () => {
    const [a, b] = [await peaked(searchModels["before-step"](), 3), await peaked(searchModels.transformer(), 2)];
    const [both] = await findBoth([a, b], beam({ size: 3 }));
    const [best] = both!;
    const [first, second, joint] = [
      await scoreFirst(a, [best!.ids]),
      await scoreFirst(b, [best!.ids]),
      await scoreFirst([a, b], [best!.ids]),
    ];
    best!.logProbs.forEach((value, i) => {
      const mean = (Math.exp(first[0]!.logProbs[i]!) + Math.exp(second[0]!.logProbs[i]!)) / 2;
      expect(value).toBeCloseTo(Math.log(mean), 10);
      expect(joint[0]!.logProbs[i]).toBeCloseTo(value, 10);
    });
    expect((await findBoth([a, a], beam({ size: 3 }))).map(idsOf)).toEqual(
      (await findBoth(a, beam({ size: 3 }))).map(idsOf),
    );
  });

  test("need one target vocabulary", async () => {
    const other = new LuongModel(
      { embeddingSize: 4, hiddenSize: 6 },
      { ...testContext(), target: { ...testContext().target, size: size + 1 } },
    );
    await expect(findBoth([searchModels.luong(), other], greedy())).rejects.toThrow(
      `size is ${size} in model 1 and ${size + 1} in model 2`,
    );
    await expect(findBoth([], greedy())).rejects.toThrow("expected at least one model, got none");
  });
});

test("probabilities that are NaN are an error", async () => {
  const net = await peaked(searchModels.luong(), Number.NaN);
  for (const search of [greedy(), beam({ size: 2 }), sample()]) {
    await expect(findBoth(net, search)).rejects.toThrow("the model's probabilities are NaN");
  }
});
