import { describe, expect, test } from "vitest";
import { loadSacrebleu } from "../testing/load-sacrebleu.js";
import { bleu, bleuSignature, bleuStatistics } from "./bleu.js";
import { chrfSignature, chrfStatistics } from "./chrf.js";
import { corpusScore, type SentenceStatistics, sentenceScores } from "./sentence-statistics.js";

const fixture = loadSacrebleu();
const { segments } = fixture;
type Chosen = (typeof fixture.corpora)[number] | (typeof fixture.sentences)[number];

const statistics = (
  chosen: Chosen,
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
): SentenceStatistics =>
  chosen.metric === "bleu"
    ? bleuStatistics(hypotheses, references, chosen.options)
    : chrfStatistics(hypotheses, references, chosen.options);

const hypotheses = segments.map(({ hypothesis }) => hypothesis);
const streams = [0, 1].map((r) => segments.map(({ references }) => references[r]!));

describe(`sacreBLEU ${fixture.version}`, () => {
  test.each(fixture.corpora)("corpus: $name, $references references, $options", (corpus) => {
    const references = streams.slice(0, corpus.references);
    expect(corpusScore(statistics(corpus, hypotheses, references))).toBeCloseTo(corpus.score, 7);
    const context = { references: references.length };
    expect(
      corpus.metric === "bleu" ? bleuSignature(corpus.options, context) : chrfSignature(corpus.options, context),
    ).toBe(`${corpus.name}|${corpus.signature}`);
  });

  test.each(fixture.sentences)("each sentence: $metric $options", (chosen) => {
    const single = sentenceScores(statistics(chosen, hypotheses, streams.slice(0, 1)));
    const double = sentenceScores(statistics(chosen, hypotheses, streams));
    const wrong = chosen.scores.flatMap((score, i) => {
      const mine = (i % 2 === 0 ? single : double)[i]!;
      return Math.abs(mine - score) < 1e-6 ? [] : [{ ...segments[i], score, mine }];
    });
    expect(wrong).toEqual([]);
  });

  test.each(fixture.shortOptions.map((options, k) => [options, k] as const))(
    "three sentences: bleu %o",
    (options, k) => {
      for (const { start, end, scores } of fixture.short) {
        const [lines, ...references] = [hypotheses, ...streams].map((all) => all.slice(start, end));
        expect(bleu(lines!, references, options).score).toBeCloseTo(scores[k]!, 6);
      }
    },
  );

  test("signatures of tests", () => {
    for (const { metric, options, kind, samples, signature } of fixture.tests) {
      const context = { seed: 12345, [kind === "bs" ? "bootstrap" : "approximateRandomization"]: samples };
      const mine = metric === "bleu" ? bleuSignature(options, context) : chrfSignature(options, context);
      expect(mine.slice(mine.indexOf("|") + 1)).toBe(signature);
    }
  });
});
