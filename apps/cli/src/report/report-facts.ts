import { join } from "node:path";
import type { DoneEvent, TextSample } from "@heed/train";
import { runLimits } from "@heed/train";
import { readRegularFile } from "@heed/train/node";
import * as z from "zod";
import { replaceFile } from "../replace-file.js";
import { statisticsSchema } from "./data-statistics.js";

/** The file with what a report shows besides the other files of a run. */
const FILE = "report.json";

const text = z.string().max(10_000);
const whole = z.int().min(0);
const amount = z.number().min(0);

const sessionSchema = z.strictObject({
  /** ISO 8601, UTC. */
  started: z.iso.datetime(),
  ended: z.iso.datetime(),
  /** Optimizer steps of the run when it began, and when it ended. */
  fromStep: whole,
  toStep: whole,
  heed: text,
  engine: text,
  backend: text,
  threads: whole,
  cpu: text,
  cores: whole,
  memoryMiB: whole,
  system: text,
  /** The largest resident set size of the process. */
  peakMiB: whole,
});

const testSchema = z.strictObject({
  pairs: whole,
  loss: z.number(),
  perplexity: z.nullable(z.number()),
  tokenAccuracy: amount,
  metrics: z.record(text, z.nullable(z.number())),
});

const factsSchema = z.strictObject({
  format: z.literal("heed-report"),
  version: z.literal(1),
  /** Each time that the run was started or resumed. */
  sessions: z.array(sessionSchema).max(1000),
  notices: z.array(text).max(100),
  data: statisticsSchema,
  /** Validation sentences that the report translates. */
  examples: z.array(z.strictObject({ source: text, target: text })).max(20),
  /** Null until the training has ended. */
  result: z.nullable(
    z.strictObject({
      reason: z.enum(["epochs", "early-stopping", "interrupted"]),
      sequenceAccuracy: z.nullable(amount),
      test: z.nullable(testSchema),
    }),
  ),
});

/** What a report shows besides the other files of a run. */
export type ReportFacts = z.infer<typeof factsSchema>;
/** A process that trained the run. */
export type Session = z.infer<typeof sessionSchema>;

/** Reads the facts of a run: null when there are none, a text that says why when they cannot be used. */
export async function readFacts(folder: string): Promise<ReportFacts | string | null> {
  const path = join(folder, FILE);
  try {
    const bytes = await readRegularFile(path, runLimits.reportBytes);
    const parsed = factsSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    return `${path} is damaged: ${issue?.path.join(".") || "it"} is not what heed writes. The report leaves out data, machine and examples.`;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    if (error instanceof SyntaxError) {
      return `${path} is damaged: it is not JSON. The report leaves out data, machine and examples.`;
    }
    return `${path} cannot be read: ${(error as Error).message} The report leaves out data, machine and examples.`;
  }
}

export async function writeFacts(folder: string, facts: ReportFacts): Promise<void> {
  await replaceFile(join(folder, FILE), `${JSON.stringify(facts)}\n`);
}

/** Texts short enough for the file. */
export function shortSamples(samples: readonly TextSample[]): ReportFacts["examples"] {
  return samples
    .map(({ source, target }) => ({ source, target }))
    .filter(({ source, target }) => Math.max(source.length, target.length) <= 10_000);
}

/** The result of a training, as the file has it: JSON has no infinite numbers. */
export function resultOf({ reason, sequenceAccuracy, test }: DoneEvent): ReportFacts["result"] {
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  if (test === null) return { reason, sequenceAccuracy, test };
  const metrics = Object.fromEntries(Object.entries(test.metrics).map(([name, value]) => [name, finite(value)]));
  const { pairs, loss, perplexity, tokenAccuracy } = test;
  return { reason, sequenceAccuracy, test: { pairs, loss, perplexity: finite(perplexity), tokenAccuracy, metrics } };
}
