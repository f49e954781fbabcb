/** Scripts that a message can name: those of most languages that are written today. */
const SCRIPTS = [
  ...["Arabic", "Armenian", "Balinese", "Bengali", "Bopomofo", "Cherokee", "Coptic", "Cyrillic", "Devanagari"],
  ...["Ethiopic", "Georgian", "Greek", "Gujarati", "Gurmukhi", "Han", "Hangul", "Hebrew", "Hiragana", "Javanese"],
  ...["Kannada", "Katakana", "Khmer", "Lao", "Latin", "Malayalam", "Mongolian", "Myanmar", "Nko", "Oriya", "Sinhala"],
  ...["Syriac", "Tamil", "Telugu", "Thaana", "Thai", "Tibetan", "Tifinagh", "Yi"],
].map((name) => ({ name, pattern: new RegExp(`\\p{Script=${name}}`, "u") }));

/** Returns the Unicode name of a character's script; "emoji" and "symbol" for characters that belong to none. */
function scriptOf(character: string): string {
  const script = SCRIPTS.find(({ pattern }) => pattern.test(character));
  if (script !== undefined) return script.name;
  return /\p{Emoji_Presentation}/u.test(character) ? "emoji" : "symbol";
}

/**
 * Describes characters that no font has, by script.
 *
 * @example
 * missingGlyphs(["न", "म"]); // "No font has 2 Devanagari characters (न म), which are drawn as □. …"
 */
export function missingGlyphs(characters: readonly string[]): string {
  const shown = 5;
  const byScript = new Map<string, string[]>();
  for (const character of characters) {
    const script = scriptOf(character);
    byScript.set(script, [...(byScript.get(script) ?? []), character]);
  }
  const groups = [...byScript].map(([script, own]) => {
    const noun = script === "symbol" ? "symbol" : `${script} character`;
    const list = `${own.slice(0, shown).join(" ")}${own.length > shown ? " …" : ""}`;
    return `${own.length} ${noun}${own.length === 1 ? "" : "s"} (${list})`;
  });
  const total = characters.length === 1 ? "which is" : "which are";
  const names = [...byScript.keys()].filter((script) => script !== "symbol" && script !== "emoji");
  const fonts = names.length === 0 ? "a font that has them" : `a font for ${names.join(", ")}`;
  return `No font has ${groups.join(", ")}, ${total} drawn as □. Install ${fonts}, or give the file of one.`;
}
