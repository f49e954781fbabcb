import * as fc from "fast-check";

/** Pieces of text that break careless parsers. */
export const strangeTexts: readonly string[] = [
  ...[
    "",
    " ",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u0085",
    "\u2028",
    "\ufeff",
    "\ud800",
    "\udfff",
    "\u202e",
    "\u001b[2J",
    "e\u0301",
  ],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "length", "then", "toJSON"],
  ...[
    "null",
    "true",
    "NaN",
    "Infinity",
    "-0",
    "-1",
    "1e999",
    "1e-999",
    "0x10",
    "9007199254740993",
    "99999999999999999999",
  ],
  ...[
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "\\",
    ":",
    ",",
    "&a ",
    "*a",
    "<<: ",
    "!!js/function ",
    "!!set ",
    "!!binary ",
    "---\n",
    "...\n",
  ],
  ...[
    "? ",
    "- ",
    "|\n",
    ">\n",
    "%YAML 1.1\n",
    "#",
    "@",
    "`",
    "=",
    "--",
    "../",
    "/dev/zero",
    "-",
    "<eos>",
    "<pad>",
    "👨‍👩‍👧",
    "한",
    "ﷺ",
  ],
];

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const bytes = fc.oneof(
  fc.nat({ max: 255 }).map((byte) => Uint8Array.of(byte)),
  fc.constantFrom(...strangeTexts).map((text) => new TextEncoder().encode(text)),
  fc.uint8Array({ maxLength: 9 }),
);

type Edit = (before: Uint8Array) => Uint8Array;

const join = (...parts: Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
const span = (file: Uint8Array, from: number, share: number): [number, number] => {
  const start = Math.floor(from * file.length);
  return [start, Math.min(file.length, start + 1 + Math.floor(share * share * 24))];
};

const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ at: place, bit: fc.nat({ max: 7 }) }).map(
    ({ at, bit }): Edit =>
      (file) => {
        const next = file.slice();
        const index = Math.floor(at * file.length);
        if (index < next.length) next[index]! ^= 1 << bit;
        return next;
      },
  ),
  fc.record({ at: place, share: place, bytes }).map(
    ({ at, share, bytes }): Edit =>
      (file) => {
        const [start, end] = span(file, at, share);
        return join(file.subarray(0, start), bytes, file.subarray(end));
      },
  ),
  fc.record({ at: place, bytes }).map(
    ({ at, bytes }): Edit =>
      (file) => {
        const [start] = span(file, at, 0);
        return join(file.subarray(0, start), bytes, file.subarray(start));
      },
  ),
  fc.record({ at: place, share: place, to: place }).map(
    ({ at, share, to }): Edit =>
      (file) => {
        const [start, end] = span(file, at, share);
        const [target] = span(file, to, 0);
        return join(file.subarray(0, target), file.subarray(start, end), file.subarray(target));
      },
  ),
  fc.record({ at: place, share: place }).map(
    ({ at, share }): Edit =>
      (file) => {
        const [start, end] = span(file, at, share);
        return join(file.subarray(0, start), file.subarray(end));
      },
  ),
  place.map(
    (at): Edit =>
      (file) =>
        file.subarray(0, Math.floor(at * (file.length + 1))),
  ),
);

/** A file that was valid, after a few changes of its bytes; sometimes arbitrary bytes. */
export function damagedBytes(...valid: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const damaged = fc
    .tuple(fc.constantFrom(...valid), fc.array(edits, { minLength: 1, maxLength: 4 }))
    .map(([file, changes]) => changes.reduce((bytes, edit) => edit(bytes), file));
  return fc.oneof({ weight: 12, arbitrary: damaged }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) });
}

/** As {@link damagedBytes}, as text: what is not UTF-8 becomes U+FFFD. */
export function damagedText(...valid: readonly string[]): fc.Arbitrary<string> {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  return fc.oneof(
    {
      weight: 8,
      arbitrary: damagedBytes(...valid.map((text) => encoder.encode(text))).map((file) => decoder.decode(file)),
    },
    { weight: 1, arbitrary: anyText },
  );
}

/** Any text: ASCII, any code point, lone surrogates, and pieces that break parsers. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.array(fc.constantFrom(...strangeTexts), { maxLength: 8 }).map((parts) => parts.join("")),
  fc.array(fc.nat({ max: 0xffff }), { maxLength: 12 }).map((units) => String.fromCharCode(...units)),
);

/** Any value that JSON can hold, with keys and texts that break careless code. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.constantFrom(
      null,
      true,
      false,
      0,
      -0,
      -1,
      1,
      1.5,
      1e308,
      -1e308,
      5e-324,
      2 ** 31,
      2 ** 53,
      4e9,
      "",
      "copy",
      1e21,
    ),
    fc.integer(),
    fc.constantFrom(...strangeTexts),
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...strangeTexts, "a", "name", "version"), tie("value")), { maxLength: 4 })
      .map(
        (entries) =>
          JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(",")}}`) as unknown,
      ),
  ),
})).value;

const change = fc.record({
  at: fc.nat({ max: 10_000 }),
  kind: fc.constantFrom("replace", "remove", "add", "copy"),
  key: fc.constantFrom(...strangeTexts, "extra"),
  value: anyJson,
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** A JSON value that was valid, after a few of its parts were replaced, removed or added. */
export function damagedJson(...valid: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...valid), fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([value, changes]) => {
      const holder = { value: structuredClone(value) };
      for (const each of changes) applyChange(holder, each);
      return holder.value;
    });
}

type Parent = Record<string, unknown>;

function placesIn(parent: Parent, found: [Parent, string][] = []): [Parent, string][] {
  for (const key of Object.keys(parent)) {
    found.push([parent, key]);
    const inner = parent[key];
    if (typeof inner === "object" && inner !== null) placesIn(inner as Parent, found);
  }
  return found;
}

function applyChange(holder: { value: unknown }, { at, kind, key, value }: Change): void {
  const places = placesIn(holder);
  const [parent, name] = places[at % places.length]!;
  const inner = parent[name];
  const define = (target: object, property: string, what: unknown) =>
    Object.defineProperty(target, property, { value: what, enumerable: true, configurable: true, writable: true });
  if (kind === "remove" && parent !== (holder as unknown)) {
    if (Array.isArray(parent)) parent.splice(Number(name), 1);
    else delete parent[name];
  } else if (kind === "add" && typeof inner === "object" && inner !== null) {
    if (Array.isArray(inner)) inner.push(value);
    else define(inner, key, value);
  } else if (kind === "copy" && Array.isArray(parent)) parent.push(structuredClone(inner));
  else define(parent, name, structuredClone(value));
}
