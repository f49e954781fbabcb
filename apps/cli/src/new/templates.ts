import { Script } from "node:vm";
import type { ExtensionKind } from "@heed/core";

/** The file of a new extension, which works as it is. */
export interface Template {
  /** What the file imports, by the module inside of heed's repository; elsewhere, all of it is imported from `heed`. */
  readonly imports: Readonly<Record<string, readonly string[]>>;
  /** The file after its imports. Types stand between « and », so that they can be removed. */
  readonly text: (name: string, constant: string) => string;
  /** Arguments of `heed` that use the extension. */
  readonly use: (name: string) => string;
}

/** Shortens a training that only shows that an extension works. */
const short = "--set training.epochs=3";

/** A template for each kind of extension. */
export const templates: Readonly<Record<ExtensionKind, Template>> = {
  scorer: {
    imports: { "@heed/tensor": ["matmul"], "../scorer.js": ["defineScorer"] },
    use: (name) => `train copy ${short} --scorer ${name}`,
    text: (name, constant) => `
/** sᵀ W h: say in one line what makes this score a good one. */
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
  prepare: ({ W }, keys) => matmul(keys, W, { transposeB: true }), // [b, k, dq]
  // For every query: raw scores. \`Attention\` applies mask and normalizer, and computes the context.
  score: (_, query, prepared) => matmul(query, prepared, { transposeB: true }), // [b, q, k]
  // Sizes for its tests; b, q and k differ from each other and from the widths, so that no axis is mistaken.
  samples: [{ b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7 }],
});
`,
  },
  normalizer: {
    imports: { "@heed/tensor": ["maskedSoftmax", "mul"], "../normalizer.js": ["defineNormalizer"] },
    use: (name) => `train copy ${short} --set model.normalizer=${name}`,
    text: (name, constant) => `
/** exp(2e) / Σ exp(2e): say in one line what makes these weights good ones. */
export const ${constant} = defineNormalizer({
  name: "${name}",
  // The weight of a score e, as lists and docs show it.
  formula: "exp(2eⱼ) / Σᵢ exp(2eᵢ)",
  reference: "where it comes from: paper and equation",
  // Add \`sumsToOne: false\` if the weights of a query need not sum to 1.
  // Scores are [..., k]; the mask is true where a key may be attended, or null. Masked keys have weight 0.
  normalize: (scores, mask) => maskedSoftmax(mul(scores, 2), mask),
});
`,
  },
  mask: {
    imports: { "@heed/tensor": ["lessEqual", "logicalAnd", "sub"], "../mask.js": ["defineMask"] },
    use: (name) => `train copy ${short} --set 'model.masks={"${name}": {"behind": 3}}'`,
    text: (name, constant) => `
/** A query may attend the keys at its own position and up to \`behind\` steps before it. */
export const ${constant} = defineMask({
  name: "${name}",
  summary: "keys at the query's position, and up to \`behind\` steps before it",
  // Numbers that the rule depends on, with their defaults.
  options: { behind: 5 },
  // Positions count from 0: query [b, q, 1], key [1, 1, k], lengths [b, 1, 1]. True means that the query may attend the key.
  allow: ({ query, key }, { behind }) => logicalAnd(lessEqual(key, query), lessEqual(sub(query, key), behind)),
});
`,
  },
  tokenizer: {
    imports: { "../word-level.js": ["defineWordLevel", "type FrequencyOptions", "frequencyOptions"] },
    use: (name) => `train bahdanau ${short} --set data.tsv=pairs.tsv --set data.tokenizer=${name}`,
    text: (name, constant) => `
/** Cuts text into pieces of \`size\` characters. \`defineTokenizer\` defines tokenizers whose tokens are not parts of the text. */
export const ${constant} = defineWordLevel«<FrequencyOptions & { readonly size: number }>»({
  name: "${name}",
  summary: "pieces of two characters",
  // A longer sentence is left out of the training data, unless data.maxLength says otherwise.
  maxLength: 150,
  options: {
    ...frequencyOptions(1),
    size: { type: "integer", minimum: 1, default: 2, meaning: "Characters of a piece." },
  },
  // Returns the function that cuts a text into tokens; none may be empty.
  cutter({ size }) {
    const piece = new RegExp(\`.{1,\${size}}\`, "gsu");
    return (text) => text.match(piece) ?? [];
  },
  join: (tokens) => tokens.join(""),
});
`,
  },
  recipe: {
    imports: {
      "@heed/seq2seq": ["BeforeStepModel", "beforeStepOptions", "withDefaults"],
      "../recipe.js": ["defineRecipe"],
    },
    use: (name) => `train ${name} ${short}`,
    text: (name, constant) => `
/** A small model with dot-product attention. */
export const ${constant} = defineRecipe({
  name: "${name}",
  summary: "a small recurrent model with dot-product attention",
  reference: "where it comes from: paper and section",
  // The options of the model, with the defaults of this recipe.
  model: withDefaults(beforeStepOptions, { embeddingSize: 32, hiddenSize: 32, scorer: "scaled-dot" }),
  data: { task: "copy", symbols: 8, minLength: 3, maxLength: 7, train: 1000, validation: 100 },
  training: { epochs: 10, learningRate: 3e-3 },
  // Any \`Seq2SeqModel\`: this one, another of @heed/seq2seq, or a class of your own.
  build: (options, context) => new BeforeStepModel(options, context),
});
`,
  },
  task: {
    imports: { "../define-task.js": ["defineTask"] },
    use: (name) => `train copy ${short} --set data.task=${name} --set data.train=500`,
    text: (name, constant) => `
/** Says each digit twice: \`3 1\` → \`3 3 1 1\`. */
export const ${constant} = defineTask«<{ readonly digits: number; readonly maxLength: number }>»({
  name: "${name}",
  summary: "each digit twice",
  // Keys of the section \`data\` of a configuration.
  options: {
    digits: { type: "integer", minimum: 2, maximum: 10, default: 8, meaning: "Number of different digits." },
    maxLength: { type: "integer", minimum: 1, default: 6, meaning: "Digits of the longest source." },
  },
  // Every token of the two sides.
  vocabulary({ digits }) {
    const tokens = Array.from({ length: digits }, (_, digit) => String(digit));
    return { source: tokens, target: tokens };
  },
  // One pair. \`alignment\` has [source, target] positions that belong together; leave it out if the task has none.
  sample(random, { digits, maxLength }) {
    const length = random.integer(1, maxLength + 1);
    const source = Array.from({ length }, () => String(random.integer(0, digits)));
    const target = source.flatMap((digit) => [digit, digit]);
    return { source, target, alignment: target.map((_, i) => [Math.floor(i / 2), i]) };
  },
});
`,
  },
  optimizer: {
    imports: {
      "@heed/tensor": ["add", "mul", "noGrad", "type Parameter", "scope", "sign", "sub"],
      "../define-optimizer.js": ["defineOptimizer"],
      "../slots.js": ["SlotOptimizer"],
    },
    use: (name) => `train copy ${short} --set training.optimizer=${name} --set training.learningRate=0.001`,
    text: (name, constant) => `
/** Steps of equal size: m ← βm + (1 − β)g, p ← p − lr · sign(m). */
class SignOfMean extends SlotOptimizer {
  «readonly »#beta«: number»;

  constructor(parameters«: ReadonlyMap<string, Parameter>», beta«: number») {
    // The state of a parameter: one tensor, the mean of its gradients.
    super("${name}", parameters, ["mean"]);
    this.#beta = beta;
  }

  step(learningRate«: number»)«: void» {
    scope(() =>
      noGrad(() => {
        for (const [name, parameter] of this.parameters) {
          if (!parameter.grad) continue;
          const slot = this.slots.get(name);
          const gradient = mul(parameter.grad, 1 - this.#beta);
          const mean = slot?.tensors[0] ? add(mul(slot.tensors[0], this.#beta), gradient) : gradient;
          this.slots.set(name, (slot?.steps ?? 0) + 1, [mean]);
          parameter.assign(sub(parameter, mul(sign(mean), learningRate)));
        }
      }),
    );
  }
}

export const ${constant} = defineOptimizer«<{ readonly beta: number }>»({
  name: "${name}",
  summary: "steps of equal size in the direction of the mean gradient",
  reference: "where it comes from: paper and algorithm",
  // Keys of training.optimizerOptions in a configuration.
  options: { beta: { type: "number", minimum: 0, below: 1, default: 0.9, meaning: "Decay rate of the mean." } },
  create: (parameters, { beta }) => new SignOfMean(parameters, beta),
});
`,
  },
  schedule: {
    imports: { "../define-schedule.js": ["defineSchedule", "warmUp"] },
    use: (name) => `train copy ${short} --set training.schedule=${name} --set training.warmupSteps=10`,
    text: (name, constant) => `
/** Falls along half a period of the cosine. */
export const ${constant} = defineSchedule«<{ readonly lowest: number }>»({
  name: "${name}",
  summary: "falls along half a period of the cosine",
  reference: "where it comes from: paper and equation",
  // Keys of training.scheduleOptions in a configuration.
  options: { lowest: { type: "number", minimum: 0, default: 0, meaning: "Learning rate after the last step." } },
  // Returns the learning rate of each step; steps count from 1.
  create: ({ learningRate, warmupSteps, totalSteps }, { lowest }) =>
    warmUp({ learningRate, warmupSteps }, (step) => {
      const peak = Math.max(1, warmupSteps);
      const progress = (step - peak) / Math.max(1, totalSteps - peak);
      return lowest + ((learningRate - lowest) * (1 + Math.cos(Math.PI * progress))) / 2;
    }),
});
`,
  },
  metric: {
    imports: { "../define-metric.js": ["defineMetric"] },
    use: (name) => `evaluate --model runs/copy --src source.txt --ref target.txt --metrics ${name}`,
    text: (name, constant) => `
/** Share of the words of a reference that the translation has, too. */
export const ${constant} = defineMetric({
  name: "${name}",
  summary: "share of the words of the references that the translations have, in [0, 1]",
  higherIsBetter: true,
  // The value when all is right.
  perfect: 1,
  options: {},
  // One translation and one reference for each source, as text; hypothesisTokens and referenceTokens have their tokens.
  compute({ hypotheses, references }) {
    let found = 0;
    let all = 0;
    for (const [i, reference] of references.entries()) {
      const words = new Set((hypotheses[i] ?? "").split(" "));
      const wanted = reference.split(" ");
      found += wanted.filter((word) => words.has(word)).length;
      all += wanted.length;
    }
    return all === 0 ? 0 : found / all;
  },
});
`,
  },
  backend: {
    imports: { "../define-backend.js": ["defineBackend"], "../cpu/cpu.js": ["cpu"] },
    use: (name) => `train copy ${short} --set data.train=200 --backend ${name}`,
    text: (name, constant) => `
/** The reference backend, which also counts its matrix products. */
export const ${constant} = defineBackend({
  name: "${name}",
  summary: "the reference backend, with a counter of matrix products",
  // Whether --backend auto may choose it.
  automatic: false,
  // The reason why it cannot run on this machine; undefined when it can.
  fault: async () => undefined,
  options: {},
  async load() {
    const reference = cpu();
    let products = 0;
    return {
      ...reference,
      name: "${name}",
      report: () => ({ ...reference.report(), backend: "${name}", details: { products } }),
      matmul(a, b, shape, transposed) {
        products++;
        return reference.matmul(a, b, shape, transposed);
      },
    };
  },
});
`,
  },
};

/** How a file is written. */
export interface FileForm {
  /** Whether its modules are those inside of heed's repository; else all is imported from `heed`. */
  readonly inside: boolean;
  /** Whether it is TypeScript. */
  readonly types: boolean;
  /** The constant that it exports. Default: the name in camel case. */
  readonly constant?: string;
}

/**
 * Returns the text of the file of a new extension.
 * @throws Error when the constant would have the name of an import
 */
export function extensionFile(kind: ExtensionKind, name: string, form: FileForm): string {
  const { imports, text } = templates[kind];
  const { inside, types, constant = constantOf(name) } = form;
  const all = Object.values(imports).flat();
  if (all.includes(constant)) throw new Error(`"${name}" is taken, by what the file imports. Choose another name.`);
  const modules = inside ? imports : { heed: all.toSorted((a, b) => sortKey(a).localeCompare(sortKey(b))) };
  const lines = Object.entries(modules).map(([module, names]) => {
    const kept = names.filter((each) => types || !each.startsWith("type "));
    return `import { ${kept.join(", ")} } from "${module}";\n`;
  });
  return lines.join("") + text(name, constant).replace(/«(.*?)»/g, types ? "$1" : "");
}

const sortKey = (imported: string): string => imported.replace("type ", "");

/**
 * Returns the constant of an extension: `my-score` is `myScore`.
 * @throws Error when the name is not one of an extension, or no constant can have it
 */
export function constantOf(name: string): string {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new Error(
      `A name must be small letters, digits and hyphens, first a letter, such as my-score, got "${name}".`,
    );
  }
  const constant = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  if (isIdentifier(constant)) return constant;
  throw new Error(`"${name}" is a word of JavaScript, so that no constant can have this name. Choose another name.`);
}

function isIdentifier(word: string): boolean {
  if (["await", "undefined"].includes(word)) return false;
  try {
    new Script(`"use strict"; const ${word} = 0;`);
    return true;
  } catch {
    return false;
  }
}
