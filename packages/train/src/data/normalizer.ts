import { ConfigError } from "../config/config-error.js";
import type { DataConfig } from "../config/data-schema.js";
import { type Sides, tokenizerOptions } from "./choose-tokenizers.js";

/**
 * Returns the function that is applied to each sentence of a side before its tokenizer, in training and afterwards. With
 * `data.lowercase` it lower-cases by the rules of the tokenizer's `locale`; the default is `en`, never the machine's locale.
 *
 * @throws ConfigError when the locale is malformed
 * @example
 * const { data } = resolveConfig({ recipe: "bahdanau", data: { tsv: "tr-en.tsv", lowercase: true, sourceTokenizer: { locale: "tr" } } });
 * normalizer(data, "source")("IŞIK"); // "ışık"
 */
export function normalizer(data: DataConfig, side: keyof Sides<unknown>): (text: string) => string {
  if ("task" in data || !data.lowercase) return (text) => text;
  const { locale } = tokenizerOptions(data, side);
  const language = typeof locale === "string" ? locale : "en";
  try {
    Intl.getCanonicalLocales(language);
  } catch (error) {
    const path = `data.${side}Tokenizer.locale`;
    const message = `${path} must be a BCP 47 language tag such as "ko", got ${JSON.stringify(language)}.`;
    throw new ConfigError([{ path, message }], { cause: error });
  }
  return (text) => text.toLocaleLowerCase(language);
}
