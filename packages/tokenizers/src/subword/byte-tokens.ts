/** The tokens `<0x00>` to `<0xFF>`, which stand for the bytes of characters that are no tokens. */
export const byteTokens: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
);

const bytes: ReadonlyMap<string, number> = new Map(byteTokens.map((token, byte) => [token, byte]));
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Returns the tokens of the bytes of a text. */
export function tokensOfBytes(text: string): string[] {
  return Array.from(encoder.encode(text), (byte) => byteTokens[byte]!);
}

/**
 * Replaces each run of byte tokens by its text. The bytes of a run that is not valid UTF-8 become one U+FFFD each.
 */
export function joinBytes(tokens: readonly string[]): string[] {
  const joined: string[] = [];
  let run: number[] = [];
  const endRun = (): void => {
    if (run.length > 0) joined.push(decodeBytes(run));
    run = [];
  };
  for (const token of tokens) {
    const byte = bytes.get(token);
    if (byte === undefined) {
      endRun();
      joined.push(token);
    } else run.push(byte);
  }
  endRun();
  return joined;
}

function decodeBytes(run: readonly number[]): string {
  try {
    return decoder.decode(Uint8Array.from(run));
  } catch {
    return "\ufffd".repeat(run.length);
  }
}
