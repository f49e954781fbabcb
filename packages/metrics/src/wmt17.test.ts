import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bleu } from "./bleu.js";
import { chrf } from "./chrf.js";

interface Scores {
  readonly systems: Record<string, SystemScores>;
}
interface SystemScores {
  readonly bleu_none: number;
  readonly bp: number;
  readonly counts: number[];
  readonly totals: number[];
  readonly bleu_13a: number;
  readonly counts_13a: number[];
  readonly totals_13a: number[];
  readonly chrF2: number;
  readonly chrFpp: number;
  readonly bleu_intl: number;
  readonly counts_intl: number[];
  readonly totals_intl: number[];
}

const folder = new URL("../../../../shared/data/sacrebleu/wmt17_en_de/", import.meta.url);
const present = existsSync(folder);
if (!present) console.warn("SKIPPED: sacreBLEU's scores of the WMT17 systems: shared/data/sacrebleu is not here.");

// What sacreBLEU 2.6.0 computes for six whole systems, to the four decimals of its file.
describe.skipIf(!present)("WMT17 English-German against sacreBLEU (needs the test data)", () => {
  const lines = (file: string) => readFileSync(new URL(file, folder), "utf8").replace(/\n$/, "").split("\n");
  const { systems } = present
    ? (JSON.parse(readFileSync(new URL("scores.json", folder), "utf8")) as Scores)
    : { systems: {} };

  it.each(Object.entries(systems))("%s", (system, scores) => {
    const hypotheses = lines(`${system}.de`);
    const references = [lines("ref.de")];
    const none = bleu(hypotheses, references, { tokenize: "none" });
    expect(none.counts).toEqual(scores.counts);
    expect(none.totals).toEqual(scores.totals);
    expect(none.brevityPenalty).toBeCloseTo(scores.bp, 12);
    expect(none.score).toBeCloseTo(scores.bleu_none, 4);
    const v13a = bleu(hypotheses, references);
    expect(v13a.counts).toEqual(scores.counts_13a);
    expect(v13a.totals).toEqual(scores.totals_13a);
    expect(v13a.score).toBeCloseTo(scores.bleu_13a, 4);
    const intl = bleu(hypotheses, references, { tokenize: "intl" });
    expect(intl.counts).toEqual(scores.counts_intl);
    expect(intl.totals).toEqual(scores.totals_intl);
    expect(intl.score).toBeCloseTo(scores.bleu_intl, 4);
    expect(chrf(hypotheses, references)).toBeCloseTo(scores.chrF2, 4);
    expect(chrf(hypotheses, references, { wordOrder: 2 })).toBeCloseTo(scores.chrFpp, 4);
  });
});
