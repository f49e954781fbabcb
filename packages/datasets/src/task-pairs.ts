import { checkOptions, HeedError, type OptionValues, type Random } from "@heed/core";
import { characterTokenizer, specialTokens, type Tokenizer, Vocabulary, whitespaceTokenizer } from "@heed/tokenizers";
import { DataError } from "./data-error.js";
import type { TaskExtension, TaskSample, TaskVocabulary } from "./define-task.js";
import { taskLimits } from "./limits.js";

/** What {@link taskPairs} draws. */
export interface TaskPairsOptions {
  /** Number of pairs. */
  readonly count: number;
  /** The generator that pairs are drawn from. */
  readonly random: Random;
  /** The options of the task that differ from its defaults. */
  readonly options?: OptionValues | undefined;
  /**
   * Sources that must not be drawn, as text; a pair with one of them is drawn again. Each source that is drawn is added, so
   * that no source is drawn twice. Default: sources are drawn freely, and may repeat.
   */
  readonly seen?: Set<string> | undefined;
}

/** The tokenizers of a task. */
export interface TaskTokenizers {
  readonly source: Tokenizer;
  /** The same object when both sides have the same tokens. */
  readonly target: Tokenizer;
}

const sides = ["source", "target"] as const;

/** How many times in a row a source may be drawn that must not be. */
const mostTries = 10_000;

/**
 * Draws pairs of a task, and checks them. For many pairs, {@link drawPairs} takes less memory.
 *
 * @throws OptionError when an option is unknown or has a wrong value
 * @throws DataError naming the task and the sample, when a token is not in its vocabulary, the alignment is out of range, the
 *   pairs have more than 50 million tokens, or 10,000 draws in a row gave a source that is in `seen`
 * @throws HeedError when `count` is not a whole number of at least 0
 * @example
 * const [pair] = taskPairs(reverseTask, { count: 1, random: new Random(1), options: { symbols: 4 } });
 * pair.alignment; // [[n - 1, 0], [n - 2, 1], …]: target position 0 copies the last source position
 */
export function taskPairs(task: TaskExtension, options: TaskPairsOptions): TaskSample[] {
  return Array.from(drawPairs(task, options));
}

/**
 * Yields the pairs that {@link taskPairs} returns, one by one.
 *
 * @throws what `taskPairs` throws
 */
export function* drawPairs(
  task: TaskExtension,
  { count, random, options, seen }: TaskPairsOptions,
): Generator<TaskSample, void, undefined> {
  if (!(Number.isSafeInteger(count) && count >= 0)) {
    throw new HeedError(`taskPairs: count must be a whole number of at least 0, got ${count}.`);
  }
  const chosen = checkOptions("task", task, options);
  const vocabulary = checkVocabulary(task, task.vocabulary(chosen));
  const known = { source: new Set(vocabulary.source), target: new Set(vocabulary.target) };
  let tokens = 0;
  for (let index = 0; index < count; index++) {
    const sample = seen ? drawUnseen(task, random, chosen, seen) : task.sample(random, chosen);
    tokens += (sample?.source?.length ?? 0) + (sample?.target?.length ?? 0);
    if (tokens > taskLimits.tokens) {
      throw new DataError(
        `The task "${task.name}": ${count} pairs must have at most ${taskLimits.tokens} tokens, got more in the first ${index + 1}. Ask for fewer or shorter pairs.`,
      );
    }
    const fault = faultOfSample(sample, known);
    if (fault !== undefined) throw new DataError(`Sample ${index + 1} of the task "${task.name}": ${fault}`);
    yield sample;
  }
}

/** Draws until the source is new, and adds it to those seen. */
function drawUnseen(task: TaskExtension, random: Random, options: OptionValues, seen: Set<string>): TaskSample {
  for (let tries = 0; tries < mostTries; tries++) {
    const sample = task.sample(random, options);
    if (!Array.isArray(sample?.source)) return sample; // the check that follows says what is wrong
    const source = taskText(task, sample.source);
    if (seen.has(source)) continue;
    seen.add(source);
    return sample;
  }
  throw new DataError(
    `The task "${task.name}" must have more sources than the ${seen.size} that were drawn, got only sources that occurred before in ${mostTries} draws. Ask for fewer pairs, or change the options so that there are more sources.`,
  );
}

/**
 * Writes tokens of a task as the text that its tokenizer reads.
 *
 * @example
 * taskText(addTask, ["4", "+", "7"]); // "4+7"
 */
export function taskText({ characters }: TaskExtension, tokens: readonly string[]): string {
  return tokens.join(characters ? "" : " ");
}

/**
 * Builds the tokenizers of a task: tokens between white space, or characters. They have no
 * `<unk>`, so that another token is an error.
 *
 * @param options - the options of the task that differ from its defaults
 * @throws OptionError when an option is unknown or has a wrong value
 * @throws DataError naming the task, when its vocabulary is malformed
 * @example
 * taskTokenizers(copyTask, { symbols: 3 }).source.encode("c a b").ids; // [5, 3, 4]
 */
export function taskTokenizers(task: TaskExtension, options?: OptionValues): TaskTokenizers {
  const vocabulary = checkVocabulary(task, task.vocabulary(options));
  const tokenizer = task.characters ? characterTokenizer : whitespaceTokenizer;
  const build = (tokens: readonly string[]) => tokenizer.of(Vocabulary.of(tokens, { unknown: false }));
  const source = build(vocabulary.source);
  const same =
    vocabulary.source.length === vocabulary.target.length &&
    vocabulary.source.every((token, id) => token === vocabulary.target[id]);
  return { source, target: same ? source : build(vocabulary.target) };
}

function checkVocabulary(task: TaskExtension, vocabulary: TaskVocabulary): TaskVocabulary {
  const wrong = (what: string) =>
    new DataError(
      `vocabulary() of the task "${task.name}" must return { source, target }, two lists of different tokens: ${what}`,
    );
  for (const side of sides) {
    const tokens: unknown = vocabulary?.[side];
    if (!Array.isArray(tokens) || tokens.length === 0) throw wrong(`${side} has no tokens, got ${shown(tokens)}.`);
    const { characters } = task;
    const bad = tokens.findIndex((token) => !isToken(token, characters));
    if (bad >= 0) {
      const what = characters ? "one character in Unicode NFC" : "text in Unicode NFC without white space";
      throw wrong(`${side}[${bad}] must be ${what}, and not special, got ${shown(tokens[bad])}.`);
    }
    const seen = new Set<unknown>();
    const twice = tokens.find((token) => seen.size === seen.add(token).size);
    if (twice !== undefined) throw wrong(`${side} contains ${shown(twice)} twice.`);
  }
  return vocabulary;
}

const special: readonly string[] = Object.values(specialTokens);

function isToken(token: unknown, characters: boolean): boolean {
  if (characters && (token === " " || Array.from(String(token)).length !== 1)) return token === " ";
  return (
    typeof token === "string" && /^\S+$/u.test(token) && token === token.normalize("NFC") && !special.includes(token)
  );
}

/** Returns a sentence that says what is wrong with what a task drew. */
function faultOfSample(
  sample: TaskSample,
  known: Readonly<Record<"source" | "target", ReadonlySet<string>>>,
): string | undefined {
  for (const side of sides) {
    const tokens: unknown = sample?.[side];
    if (!Array.isArray(tokens))
      return `sample() must return { source, target }, two lists of tokens; ${side} is ${shown(tokens)}.`;
    const unknown = tokens.findIndex((token) => !known[side].has(token));
    if (unknown < 0) continue;
    return `${side}[${unknown}] is ${shown(tokens[unknown])}, which the vocabulary of the ${side} lacks. Add it to vocabulary().`;
  }
  const { source, target, alignment } = sample;
  if (source.length === 0) return "the source must have at least one token, got none.";
  if (alignment === undefined) return undefined;
  if (!Array.isArray(alignment))
    return `alignment must be a list of [source, target] positions, got ${shown(alignment)}.`;
  const isPosition = (position: unknown, length: number) =>
    Number.isInteger(position) && (position as number) >= 0 && (position as number) < length;
  const wrong = alignment.findIndex(
    (link) =>
      !Array.isArray(link) ||
      link.length !== 2 ||
      !isPosition(link[0], source.length) ||
      !isPosition(link[1], target.length),
  );
  if (wrong < 0) return undefined;
  return `alignment[${wrong}] must be [source position below ${source.length}, target position below ${target.length}], got ${shown(alignment[wrong])}.`;
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
