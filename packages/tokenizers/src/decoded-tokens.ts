import type { DecodeOptions } from "./tokenizer.js";
import { specialTokens, type Vocabulary } from "./vocabulary.js";

/** Returns the tokens of ids up to `<eos>`, without special ones; replaced where a replacement is given. */
export function decodedTokens(
  vocabulary: Vocabulary,
  ids: ArrayLike<number>,
  { replacements }: DecodeOptions = {},
): string[] {
  if (!replacements) return vocabulary.decode(ids).filter((token) => token !== specialTokens.unk);
  const all = vocabulary.decode(ids, { specials: true });
  const end = all.indexOf(specialTokens.eos);
  return all.slice(0, end < 0 ? undefined : end).flatMap((token, i) => {
    const text = replacements.get(i) ?? token;
    return replacements.has(i) || !vocabulary.isSpecial(ids[i]!) ? [text] : [];
  });
}
