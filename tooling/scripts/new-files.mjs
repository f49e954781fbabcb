/** What `new.mjs` writes: a working start for each kind of thing that takes one file, and the rules for its name. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";
import { camelName } from "./generate-index.mjs";

const source = "packages/attention/src";

/** The kinds: where a file goes, what is appended to its name, and how what it holds is used. */
export const kinds = {
  scorer: {
    folder: `${source}/scorers`,
    suffix: "",
    use: (name) => `npm run heed -- train copy --scorer ${name}`,
    text: (name, constant) => `
import { matmul } from "@heed/tensor";
import { defineScorer } from "../scorer.js";

/** sᵀ W h: what makes this score a good one, in a line. */
export const ${constant} = defineScorer({
  name: "${name}",
  // Axes: b sentences, q queries, k keys; dq and dk are the widths of a query and a key.
  shapes: "b q dq, b k dk -> b q k",
  // The score of a query s and a key h, as lists and docs show it.
  formula: "sᵀ W h",
  reference: "where it comes from: paper and equation",
  // What is learned. A parameter starts in U(±1/√in), \`in\` being its first axis, or at a number: { shape: [1], start: 0 }.
  params: ({ dq, dk }) => ({ W: [dq, dk] }),
  // Once a sentence: whatever needs no query.
  prepare: ({ W }, keys) => matmul(keys, W, { transposeB: true }), // b k dq
  // For every query: raw scores. Mask, normaliser and context are the business of \`Attention\`.
  score: (_, query, prepared) => matmul(query, prepared, { transposeB: true }), // b q k
  // With these sizes it is certified; b, q and k differ from each other and from the widths, so that no axis is mistaken.
  samples: [{ b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7 }],
});
`,
  },
  normalizer: {
    folder: `${source}/normalizers`,
    suffix: "",
    use: (name) => `npm run heed -- train copy --set model.normalizer=${name}`,
    text: (name, constant) => `
import { maskedSoftmax, mul } from "@heed/tensor";
import { defineNormalizer } from "../normalizer.js";

/** exp(2e) / Σ exp(2e): what makes these weights good ones, in a line. */
export const ${constant} = defineNormalizer({
  name: "${name}",
  // The weight of a score e, as lists and docs show it.
  formula: "exp(2eⱼ) / Σᵢ exp(2eᵢ)",
  reference: "where it comes from: paper and equation",
  // Say \`sumsToOne: false\` if the weights of a query need not sum to 1.
  // Scores are [..., k]; the mask is true where a key may be attended, or null. Masked keys weigh exactly 0.
  normalize: (scores, mask) => maskedSoftmax(mul(scores, 2), mask),
});
`,
  },
  mask: {
    folder: `${source}/masks`,
    suffix: "-mask",
    use: (name) => `npm run heed -- train copy --set 'model.masks={"${name}":{"behind":3}}'`,
    text: (name, constant) => `
import { lessEqual, logicalAnd, sub } from "@heed/tensor";
import { defineMask } from "../mask.js";

/** A query sees the keys at its own position and up to \`behind\` steps before it. */
export const ${constant} = defineMask({
  name: "${name}",
  summary: "keys at the query's position, and up to \`behind\` steps before it",
  // Numbers that the rule depends on, with their defaults.
  options: { behind: 5 },
  // Positions count from 0: query [b, q, 1], key [1, 1, k], lengths [b, 1, 1]. True = may attend.
  allow: ({ query, key }, { behind }) => logicalAnd(lessEqual(key, query), lessEqual(sub(query, key), behind)),
});
`,
  },
};

/**
 * The file for a new thing: its path from the root, and its text.
 * @throws Error that says what is wrong with the kind or the name
 */
export function newFile(kind, name, root) {
  const named = Object.keys(kinds).join(", ");
  if (!Object.hasOwn(kinds, kind ?? "")) {
    throw new Error(
      `There is no kind "${kind ?? ""}"; say what to make, then its name: ${named}. For example: scorer my-score`,
    );
  }
  const { folder, suffix, text } = kinds[kind];
  const example = `for example: pnpm new ${kind} my-${kind}`;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name ?? "")) {
    throw new Error(
      `"${name ?? ""}" is no name for a ${kind}: small letters, digits and hyphens, starting with a letter; ${example}`,
    );
  }
  const stem = name.endsWith(suffix) ? name : name + suffix;
  const constant = camelName(stem);
  if (name === "index" || !isIdentifier(constant)) {
    throw new Error(`"${name}" means something else in TypeScript, so no constant can be called so; ${example}`);
  }
  const path = `${folder}/${stem}.ts`;
  if (existsSync(join(root, path))) throw new Error(`${path} exists; choose another name.`);
  const taken = takenNames(root);
  const bare = stem.slice(0, stem.length - suffix.length);
  const owner = taken.get(constant) ?? taken.get(`${folder}:${bare}`);
  if (owner) throw new Error(`"${name}" is taken, by ${owner}; choose another name.`);
  const written = text(bare, constant).trimStart();
  const imported = [...written.matchAll(/^import \{([^}]*)\}/gm)].flatMap(([, names]) => names.split(","));
  if (imported.some((word) => word.trim() === constant)) {
    throw new Error(`"${name}" is taken, by what the file imports; choose another name.`);
  }
  return { path, text: written };
}

/** Whether a constant of a module may be called so. */
function isIdentifier(word) {
  if (["await", "undefined"].includes(word)) return false;
  try {
    new Script(`"use strict"; const ${word} = 0;`);
    return true;
  } catch {
    return false;
  }
}

/** Every name that the package exports or finds things by (this one behind its folder), and the file that has it. */
function takenNames(root) {
  const taken = new Map();
  for (const { folder } of Object.values(kinds)) {
    for (const file of readdirSync(join(root, folder)).filter((name) => /(?<!\.test)\.ts$/.test(name))) {
      const path = `${folder}/${file}`;
      const text = readFileSync(join(root, path), "utf8");
      for (const [, constant] of text.matchAll(/^export const (\w+)/gm)) taken.set(constant, path);
      const called = [...text.matchAll(/^ {2}(?:name|aliases): (.*),$/gm)].map(([, value]) => value).join();
      for (const [, word] of called.matchAll(/"([^"]+)"/g)) taken.set(`${folder}:${word}`, path);
    }
  }
  const index = `${source}/index.ts`;
  for (const [, names] of readFileSync(join(root, index), "utf8").matchAll(/export (?:type )?\{([^}]*)\}/g)) {
    for (const word of names.split(",")) taken.set(word.replace(/^\s*type\s/, "").trim(), index);
  }
  return taken;
}
