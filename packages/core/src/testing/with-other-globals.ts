/**
 * Runs synchronous work where everything that a program must not depend on is another one: `Math.random`, the clock, and the
 * locale of the machine. Compare the result with that of the same work outside.
 *
 * @example
 * assertSame("the ids on another machine", withOtherGlobals(() => tokenizer.encode(text).ids), tokenizer.encode(text).ids);
 */
export function withOtherGlobals<T>(run: () => T): T {
  const now = Date.now();
  let draws = 0;
  const texts = String.prototype;
  const { localeCompare, toLocaleLowerCase, toLocaleUpperCase } = texts;
  const restores = [
    replace(Math, "random", () => (draws++ % 2 === 0 ? 0 : 1 - 2 ** -53)),
    replace(Date, "now", () => now + 1e9),
    replace(performance, "now", () => 1e9),
    // Another locale may order texts otherwise; Turkish has another lower case for I.
    replace(texts, "localeCompare", function (this: string, other: string) {
      return -localeCompare.call(this, other);
    }),
    replace(texts, "toLocaleLowerCase", function (this: string) {
      return toLocaleLowerCase.call(this, "tr");
    }),
    replace(texts, "toLocaleUpperCase", function (this: string) {
      return toLocaleUpperCase.call(this, "tr");
    }),
  ];
  try {
    return run();
  } finally {
    for (const restore of restores) restore();
  }
}

/** Replaces a method, and returns the function that puts the old one back. */
function replace<K extends string>(
  target: { [name in K]: (...args: never[]) => unknown },
  name: K,
  by: unknown,
): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value: by, configurable: true, writable: true });
  return () => {
    if (before) Object.defineProperty(target, name, before);
    else delete (target as Record<string, unknown>)[name];
  };
}
