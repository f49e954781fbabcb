import { type Check, checksOf } from "@heed/core/testing";
import type { TokenizerExtension } from "../define-tokenizer.js";
import { checkDamage, checkJSON } from "./tokenizer-file-properties.js";
import {
  checkComposed,
  checkDecode,
  checkLists,
  checkLong,
  checkOptionValues,
  checkRandom,
  checkRepeats,
  checkRestored,
  checkStrange,
  checkSubwords,
  checkTraining,
  checkVocabulary,
} from "./tokenizer-properties.js";
import { makeTokenizerTrial, type TokenizerChecksOptions, type TokenizerTrial, worldLines } from "./tokenizer-trial.js";

/**
 * The checks that a tokenizer must pass. Training depends on the lines and options alone. Encoding and decoding restores the text, in many
 * scripts. Ids are in range, and special ids occur only where they should. Unknown characters, special tokens in the text and
 * damaged files do no harm. A tokenizer that was saved and read gives the same ids.
 *
 * @param definition - what `defineTokenizer` returns
 * @param lines - training lines, which are encoded and decoded as well; default: sentences in many scripts
 * @param given - options that differ from the defaults, and what the author promises
 * @example
 * for (const check of tokenizerChecks(wordTokenizer)) test(check.name, check.run);
 */
export function tokenizerChecks(
  definition: TokenizerExtension,
  lines: readonly string[] = worldLines,
  given: TokenizerChecksOptions = {},
): Check[] {
  const properties: Readonly<Record<string, (trial: TokenizerTrial) => void | Promise<void>>> = {
    "training depends on lines and options alone": checkTraining,
    "the vocabulary has special tokens": checkVocabulary,
    "ids, tokens and words agree": checkLists,
    "decoding restores the text": checkRestored,
    "decoding stops at <eos> and leaves special tokens out": checkDecode,
    "unknown and special text does no harm": checkStrange,
    "encoding repeats itself": checkRepeats,
    "encoding with a generator is reproducible": checkRandom,
    ...(given.subwords ? { "a generator draws parts of the same words": checkSubwords } : {}),
    "long lines are not cut": checkLong,
    ...(given.composes === false ? {} : { "composed and decomposed text has the same ids": checkComposed }),
    "reading the saved tokenizer changes nothing": checkJSON,
    "a damaged file is refused": checkDamage,
    "options are checked": checkOptionValues,
  };
  const chosen = given.options === undefined ? "" : ` ${JSON.stringify(given.options)}`;
  return checksOf(
    definition.name + chosen,
    Object.fromEntries(
      Object.entries(properties).map(([name, check]) => [
        name,
        async () => await check(await makeTokenizerTrial(definition, lines, given)),
      ]),
    ),
  );
}
