import { type Check, CheckError } from "./check.js";

/**
 * Builds the checks of a kit from its properties, each named `<subject>: <property>`. An error that a property throws is a
 * failure of the check as well: it becomes a {@link CheckError} whose `cause` is the error.
 *
 * @param subject - the name of the thing that the kit checks
 * @param properties - what must hold, by name
 * @example
 * checksOf("word", { "encodes the empty text": () => assertSame("ids", tokenizer.encode("").ids, []) });
 */
export function checksOf(subject: string, properties: Readonly<Record<string, () => void | Promise<void>>>): Check[] {
  return Object.entries(properties).map(([property, check]) => ({
    name: `${subject}: ${property}`,
    run: async () => {
      try {
        await check();
      } catch (error) {
        if (error instanceof CheckError) throw error;
        const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
        throw new CheckError(`${name}: ${message}`, { cause: error });
      }
    },
  }));
}

/**
 * Compares two values of numbers, texts, lists, typed arrays and plain objects.
 * @throws CheckError with both, unless they are equal; 0 and -0 are, and NaN equals itself
 */
export function assertSame(what: string, got: unknown, expected: unknown): void {
  const [a, b] = [textOf(got), textOf(expected)];
  if (a !== b) throw new CheckError(`${what} must be ${shortened(b, a)}, got ${shortened(a, b)}.`);
}

/** Runs something that must throw. @throws CheckError when it does not; returns the error otherwise */
export function assertThrows(what: string, run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  throw new CheckError(`${what} must throw an error, but it returned.`);
}

/** Equal values have equal texts. */
function textOf(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return `[${Array.from(value as ArrayLike<unknown>, textOf).join(", ")}]`;
  if (value instanceof Map) return `Map ${textOf([...value])}`;
  if (value instanceof Set) return `Set ${textOf([...value])}`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? String(value);
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return `{ ${entries.map(([key, entry]) => `${key}: ${textOf(entry)}`).join(", ")} }`;
}

/** The part of a long text around the first place where it differs from another. */
function shortened(text: string, other: string): string {
  if (text.length <= 160) return text;
  let start = 0;
  while (start < text.length && text[start] === other[start]) start++;
  const from = Math.max(0, start - 60);
  return `${from > 0 ? "…" : ""}${text.slice(from, from + 160)}${from + 160 < text.length ? "…" : ""}`;
}
