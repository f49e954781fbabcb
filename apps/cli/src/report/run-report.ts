import { configText, type EpochEvent, type RunConfig } from "@heed/train";
import { type ReportBlock, type ReportPage, type ReportSection, report } from "@heed/viz";
import { count, decimal, duration, percent, plural } from "../format.js";
import type { DataStatistics, SideStatistics } from "./data-statistics.js";
import { type Example, exampleFigure, nameOf } from "./examples.js";
import type { ReportFacts, Session } from "./report-facts.js";
import { lengthHistograms, metricNames, trainingCurves } from "./report-figures.js";

/** Rows of the table of epochs; of more, the first of each group are shown. */
const ROWS = 500;
/** Tokens of a side up to which a heatmap is readable. */
const READABLE = 60;

/** What the report of a run is made of. */
export interface RunReport {
  readonly config: RunConfig;
  readonly parameters: number;
  readonly history: readonly EpochEvent[];
  /** Validation sentences that the model translated. */
  readonly examples: readonly Example[];
  /** Null, or a text that says why, when they are missing. */
  readonly facts: ReportFacts | string | null;
}

/** The page about a run: result, curves, examples, data, configuration, machine and time. */
export function runReport(run: RunReport): ReportPage {
  const facts = typeof run.facts === "string" ? null : run.facts;
  const sections: ReportSection[] = [
    { heading: "Result", blocks: resultBlocks(run, facts) },
    { heading: "Training", blocks: trainingBlocks(run) },
    { heading: "Examples", blocks: exampleBlocks(run.examples) },
    { heading: "Data", blocks: facts ? dataBlocks(facts) : missing(run.facts) },
    { heading: "Configuration", blocks: [{ kind: "code", text: configText(run.config).trimEnd() }] },
    { heading: "Machine and time", blocks: facts ? machineBlocks(facts, run.history) : missing(run.facts) },
  ];
  return report({ title: `heed: ${nameOf(run.config)}`, summary: summaryOf(run, facts), sections });
}

function missing(why: RunReport["facts"]): ReportBlock[] {
  const text =
    typeof why === "string" ? why : "The run has no report.json, which heed train writes, so this is unknown.";
  return [{ kind: "text", text }];
}

function summaryOf({ history, config }: RunReport, facts: ReportFacts | null): string {
  const { epochs } = config.training;
  const done = `${count(history.length)} of ${plural(epochs, "epoch")}`;
  const reason = facts?.result?.reason;
  if (reason === "interrupted") return `Training was interrupted after ${done}; it can be resumed.`;
  if (reason === "early-stopping") return `Training stopped early after ${done}.`;
  if (reason === "epochs") return `Training is complete: ${done}.`;
  return `Training has completed ${done} so far.`;
}

function resultBlocks({ history, parameters }: RunReport, facts: ReportFacts | null): ReportBlock[] {
  const best = history.findLast((epoch) => epoch.best);
  const rows: [string, string][] = [["parameters", count(parameters)]];
  if (best) {
    rows.push(
      ["best epoch", count(best.epoch)],
      ["validation loss", `${decimal(best.validLoss)} nats per target token`],
      ["validation token accuracy", percent(best.validAccuracy)],
      ...Object.entries(best.metrics).map(([name, value]): [string, string] => [
        `validation ${name}`,
        decimal(value, 2),
      ]),
    );
  }
  const whole = facts?.result?.sequenceAccuracy ?? null;
  if (whole !== null) rows.push(["validation sentences right as a whole", percent(whole)]);
  const blocks: ReportBlock[] = [{ kind: "facts", facts: rows }];
  const test = facts?.result?.test;
  if (test) {
    const measures = { loss: test.loss, perplexity: test.perplexity, ...test.metrics };
    blocks.push({ kind: "text", text: `The best model on the ${plural(test.pairs, "test pair")}:` });
    blocks.push({
      kind: "table",
      columns: [{ label: "measure" }, { label: "value", type: "number" }],
      rows: [
        ...Object.entries(measures).map(([name, value]) => [name, numberCell(value, 2)]),
        ["token accuracy", { text: percent(test.tokenAccuracy), value: test.tokenAccuracy }],
      ],
    });
  }
  return blocks;
}

function trainingBlocks({ history }: RunReport): ReportBlock[] {
  if (history.length === 0) return [{ kind: "text", text: "No epoch is complete yet." }];
  const every = Math.ceil(history.length / ROWS);
  const metrics = metricNames(history);
  const rows = history.filter((_, i) => i % every === 0 || i === history.length - 1);
  return [
    { kind: "figures", figures: trainingCurves(history) },
    {
      kind: "details",
      summary: rows.length === history.length ? "Every epoch" : `Every ${every} epochs`,
      blocks: [
        {
          kind: "table",
          columns: [
            ...["epoch", "training loss", "validation loss", "token accuracy", ...metrics].map(numberColumn),
            ...["learning rate", "tokens/s", "time"].map(numberColumn),
            { label: "" },
          ],
          rows: rows.map((epoch) => [
            numberCell(epoch.epoch, 0),
            numberCell(epoch.trainLoss, 4),
            numberCell(epoch.validLoss, 4),
            { text: percent(epoch.validAccuracy), value: epoch.validAccuracy },
            ...metrics.map((name) => numberCell(epoch.metrics[name] ?? null, 2)),
            { text: epoch.learningRate.toPrecision(3), value: epoch.learningRate },
            numberCell(epoch.tokensPerSecond, 0),
            { text: duration(epoch.durationMs), value: epoch.durationMs },
            epoch.best ? "best" : "",
          ]),
        },
      ],
    },
  ];
}

function exampleBlocks(examples: readonly Example[]): ReportBlock[] {
  if (examples.length === 0) return [{ kind: "text", text: "There are no validation sentences to show." }];
  const right = examples.filter(({ correct }) => correct).length;
  return [
    {
      kind: "text",
      text: `Validation sentences, translated greedily: ${right} of ${examples.length} are right as a whole. Each picture shows the source across, and what the model wrote down.`,
    },
    ...examples.map((example, i): ReportBlock => {
      const { sample, translation, correct } = example;
      const size = Math.max(translation.source.length, translation.tokens.length);
      const figure = size <= READABLE ? exampleFigure(example, "Where each output token looks") : undefined;
      const why =
        translation.error ??
        (size > READABLE ? `No picture: more than ${READABLE} tokens.` : "No picture: no weights.");
      return {
        kind: "details",
        summary: `${correct ? "✓" : "✗"} ${shorten(sample.source)}`,
        open: i === 0,
        blocks: [
          {
            kind: "facts",
            facts: [
              ["source", sample.source],
              ["written", translation.text],
              ["gold", sample.target],
            ],
          },
          figure ? { kind: "figures", figures: [figure] } : { kind: "text", text: why },
        ],
      };
    }),
  ];
}

function dataBlocks({ data, notices }: ReportFacts): ReportBlock[] {
  const { sets, vocabularies } = data;
  const vocabulary = vocabularies.shared
    ? `${plural(vocabularies.source, "token")}, shared by source and target`
    : `${count(vocabularies.source)} source and ${plural(vocabularies.target, "target token")}`;
  const sides = ["source", "target"] as const;
  const blocks: ReportBlock[] = [
    { kind: "facts", facts: [["vocabulary", vocabulary]] },
    { kind: "text", text: "Tokens are those that the model reads, without the one that ends a sentence." },
    {
      kind: "table",
      columns: [
        { label: "set" },
        { label: "side" },
        ...["sentences", "tokens", "mean length", "longest", "unknown tokens"].map(numberColumn),
      ],
      rows: sets.flatMap((set) => sides.map((side) => [set.name, side, ...sideCells(set.pairs, set[side])])),
    },
    { kind: "figures", figures: lengthHistograms(data) },
    {
      kind: "details",
      summary: "The most frequent tokens of the training data",
      blocks: sides.map(frequentTable(data)),
    },
  ];
  if (notices.length > 0) {
    blocks.push({
      kind: "details",
      summary: plural(notices.length, "note"),
      open: true,
      blocks: notices.map((text) => ({ kind: "text", text })),
    });
  }
  return blocks;
}

function sideCells(pairs: number, { tokens, unknown, longest }: SideStatistics) {
  const rate = unknown / Math.max(1, tokens);
  return [
    numberCell(pairs, 0),
    numberCell(tokens, 0),
    numberCell(tokens / Math.max(1, pairs), 1),
    numberCell(longest, 0),
    { text: percent(rate), value: rate },
  ];
}

function frequentTable({ frequent }: DataStatistics): (side: "source" | "target") => ReportBlock {
  return (side) => ({
    kind: "table",
    caption: side,
    columns: [{ label: "token" }, { label: "count", type: "number" }],
    rows: frequent[side].map(([token, number]) => [token, numberCell(number, 0)]),
  });
}

function machineBlocks({ sessions }: ReportFacts, history: readonly EpochEvent[]): ReportBlock[] {
  const trained = history.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const elapsed = sessions.reduce((sum, session) => sum + lengthOf(session), 0);
  const peak = Math.max(0, ...sessions.map(({ peakMiB }) => peakMiB));
  return [
    {
      kind: "facts",
      facts: [
        ["time of the epochs", duration(trained)],
        ["time of all sessions", duration(elapsed)],
        ["largest memory (RSS)", `${count(peak)} MiB`],
      ],
    },
    { kind: "text", text: "Each time that training was started or resumed:" },
    {
      kind: "table",
      columns: [
        ...["started (UTC)", "time", "steps", "memory (MiB)"].map(numberColumn),
        ...["backend", "machine", "software"].map((label) => ({ label })),
      ],
      rows: sessions.map((session) => [
        { text: session.started.slice(0, 19).replace("T", " "), value: Date.parse(session.started) },
        { text: duration(lengthOf(session)), value: lengthOf(session) },
        { text: `${count(session.fromStep)}–${count(session.toStep)}`, value: session.toStep },
        numberCell(session.peakMiB, 0),
        `${session.backend}, ${plural(session.threads, "thread")}`,
        `${session.cpu}, ${plural(session.cores, "core")}, ${count(session.memoryMiB)} MiB, ${session.system}`,
        `heed ${session.heed}, ${session.engine}`,
      ]),
    },
  ];
}

function numberColumn(label: string): { label: string; type: "number" } {
  return { label, type: "number" };
}

function lengthOf({ started, ended }: Session): number {
  return Math.max(0, Date.parse(ended) - Date.parse(started));
}

function numberCell(value: number | null, digits: number): { text: string; value?: number } {
  if (value === null || !Number.isFinite(value)) return { text: "–" };
  return { text: digits === 0 ? count(value) : decimal(value, digits), value };
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= 90 ? text : `${characters.slice(0, 89).join("")}…`;
}
