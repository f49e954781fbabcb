import { type Tokenizer, tokenizer } from "@heed/datasets";
import type { DataConfig } from "../config/data-schema.js";

/** How a configuration cuts sentences into tokens; the symbols of a task stand between spaces. */
export function tokenizersOf(data: DataConfig): { readonly source: Tokenizer; readonly target: Tokenizer } {
  if ("task" in data) return { source: tokenizer("whitespace"), target: tokenizer("whitespace") };
  const { tokenizer: name, lowercase, sourceLocale, targetLocale } = data;
  const make = (locale: string | undefined): Tokenizer =>
    tokenizer(name, { lowercase, ...(name === "word" && locale !== undefined ? { locale } : {}) });
  return { source: make(sourceLocale), target: make(targetLocale) };
}
