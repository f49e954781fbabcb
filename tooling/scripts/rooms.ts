/**
 * The packages that each package may import. This is a table of allowed edges, not an order; apps may import every
 * package, and nothing imports an app.
 */
export const allowedImports = {
  train: ["seq2seq", "attention", "nn", "tensor", "datasets", "tokenizers", "metrics", "core"],
  seq2seq: ["attention", "nn", "tensor", "core"],
  attention: ["nn", "tensor", "core"],
  nn: ["tensor", "core"],
  datasets: ["tokenizers", "core"],
  tokenizers: ["core"],
  metrics: ["core"],
  viz: ["core"],
  "backend-wasm": ["tensor", "core"],
  "backend-gpu": ["tensor", "core"],
  tensor: ["core"],
  core: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Room = keyof typeof allowedImports | "apps";

/** Returns the room of a package folder, such as `nn` for `packages/nn` and `apps` for `apps/cli`; `undefined` when there is none. */
export function roomOf(folder: string): Room | undefined {
  const [kind, name = ""] = folder.split("/");
  if (kind === "apps") return "apps";
  return Object.hasOwn(allowedImports, name) ? (name as Room) : undefined;
}

/** Backends, which the tests of every package may import: they run the package's code on them. */
const backends = ["backend-wasm", "backend-gpu"];

/** The rooms that files of `from` may import; its tests may import the backends as well. */
export function importsAllowedFrom(from: Room, { test = false }: { readonly test?: boolean } = {}): readonly string[] {
  if (from === "apps") return Object.keys(allowedImports);
  return test ? [...allowedImports[from], ...backends] : allowedImports[from];
}
