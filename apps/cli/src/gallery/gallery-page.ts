import { tensor } from "@heed/tensor";
import type { Catalog } from "@heed/train";
import { markdownTable } from "../experiments/markdown-table.js";
import { count } from "../format.js";
import { needsOf, type ScorerFacts } from "../scorer-facts.js";
import { type AttentionCost, costSizes } from "./attention-cost.js";

/** A scorer as the gallery shows it. */
export interface Exhibit {
  readonly facts: ScorerFacts;
  readonly cost: AttentionCost;
  /** Path of its picture from the page. */
  readonly picture: string;
  /** What it wrote of the sentence. */
  readonly written: string;
  /** Whole validation sequences that it gets right, in [0, 1]. */
  readonly accuracy: number;
}

/** What all pictures have in common. */
export interface Hanging {
  readonly command: string;
  readonly sentence: string;
  /** How the models were trained, in a sentence. */
  readonly training: string;
}

/** The gallery as Markdown: every scorer with formula, parameters, picture and cost, then normalizers and masks. */
export async function galleryPage(
  exhibits: readonly Exhibit[],
  { normalizers, masks }: Pick<Catalog, "normalizers" | "masks">,
  { command, sentence, training }: Hanging,
): Promise<string> {
  const { sentences, tokens, width, heads } = costSizes;
  const links = exhibits.map(({ facts: { name } }) => `[${name}](#${name})`).join(" · ");
  return [
    "# Scorers, normalizers, masks",
    `Made by \`${command}\` from the scorers themselves. s is a query, h a key; axes are b sentences, q queries, k keys, d widths.`,
    `Every picture shows the same sentence, \`${sentence}\`, with source tokens across and written tokens down. ${training}`,
    links,
    ...exhibits.map(exhibitText),
    "## What they cost",
    `Scores, softmax and context for one sentence of ${tokens} tokens at width ${width}, with ${heads} heads where there are some: work done once a sentence, and for each token written. Products are multiply-adds of matrices, others single operations, such as a tanh, of the compositions. The time is that of one token for each of ${sentences} sentences at once, forwards, on the machine that made this page.`,
    costTable(exhibits),
    "## Normalizers",
    "The last column shows what becomes of the scores −2, 0 and 0.5.",
    await normalizerTable(normalizers),
    "## Masks",
    maskTable(masks),
  ]
    .map((part) => `${part.trimEnd()}\n`)
    .join("\n");
}

function exhibitText({ facts, picture, written, accuracy }: Exhibit): string {
  const { name, aliases, formula, reference, shapes, parameters, shapesOfParameters } = facts;
  const learned = Object.entries(shapesOfParameters).map(([key, shape]) => `${key} ${shape.join(" × ")}`);
  const rows = [
    ["formula", formula],
    ["reference", reference],
    ["shapes", `\`${shapes}\``],
    [
      "parameters",
      parameters === 0 ? "none" : `${learned.join(", ")}: ${count(parameters)} at width ${costSizes.width}`,
    ],
    ["looks at", ["query and keys", needsOf(facts)].filter((part) => part !== "").join(", ")],
    ...(aliases.length > 0 ? [["also called", aliases.join(", ")]] : []),
    ["this model", `wrote \`${written}\`; ${(accuracy * 100).toFixed(1)} % of the validation sequences are right`],
  ];
  return [`## ${name}\n`, markdownTable([["", ""], ...rows]), `![attention of ${name}](${picture})`].join("\n");
}

function costTable(exhibits: readonly Exhibit[]): string {
  const heading = [
    "scorer",
    "parameters",
    "products a sentence",
    "others a sentence",
    "products a token",
    "others a token",
    "ms a token",
  ];
  return markdownTable([
    heading,
    ...exhibits.map(({ facts, cost: { prepare, step, stepMs } }) => [
      facts.name,
      ...[facts.parameters, prepare.products, prepare.others, step.products, step.others].map(count),
      stepMs.toFixed(3),
    ]),
  ]);
}

async function normalizerTable(normalizers: Catalog["normalizers"]): Promise<string> {
  const rows = Array.from(normalizers, async ({ name, formula, reference, normalize }) => {
    const weights = normalize(tensor([-2, 0, 0.5]), null);
    const values = Array.from(await weights.data(), (weight) => weight.toFixed(4));
    weights.dispose();
    return [`\`${name}\``, formula, reference, values.join("  ")];
  });
  return markdownTable([["normalizer", "formula", "reference", "weights"], ...(await Promise.all(rows))]);
}

function maskTable(masks: Catalog["masks"]): string {
  const rows = Array.from(masks, ({ name, summary, options = {} }) => {
    const defaults = Object.entries(options).map(([key, value]) => `${key}: ${value}`);
    return [`\`${name}\``, summary, defaults.join(", ")];
  });
  return markdownTable([["mask", "a query may attend", "by default"], ...rows]);
}
