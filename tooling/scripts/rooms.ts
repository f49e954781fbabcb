/** The rooms of the house, top to bottom: an import points down this list only, and nothing imports an app. */
export const rooms = [
  "apps",
  "train",
  "seq2seq",
  "attention",
  "nn",
  "datasets",
  "metrics",
  "viz",
  "backend-wasm",
  "backend-gpu",
  "tensor",
] as const;

export type Room = (typeof rooms)[number];

/** The room of a package folder: `packages/nn` → `nn`, `apps/cli` → `apps`; undefined where the list has none. */
export function roomOf(folder: string): Room | undefined {
  const [kind, name] = folder.split("/");
  const room = kind === "apps" ? "apps" : name;
  return rooms.find((candidate) => candidate === room);
}

/** Whether files of `from` may import `to`: what stands lower in the list, except that a backend knows `tensor` alone. */
export function mayImport(from: Room, to: Room): boolean {
  if (from.startsWith("backend-")) return to === "tensor";
  return rooms.indexOf(to) > rooms.indexOf(from);
}
