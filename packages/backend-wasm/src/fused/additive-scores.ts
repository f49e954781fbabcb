import { additiveScores, type FusedKernel, fuse, type Operand } from "@heed/tensor";
import { addressOf, columnSums, make, type Toolbox } from "./toolbox.js";

/** Pairs of elements that are worth waking a thread for: each costs a fraction of a nanosecond. */
const grain = 32_768;

/** additiveScores without the tensor `[b, q, k, d]`, neither forward nor backward. */
export function additiveScoresKernel(box: Toolbox): FusedKernel {
  const { engine } = box;
  const forward = engine.kernel("additiveScores");
  const gradient = engine.kernel("additiveScoresGradient");
  const workspaceBytes = engine.kernel("additiveScoresWorkspace").call as (k: number, d: number) => number;

  /** What both kernels begin with. */
  const sizesOf = (query: Operand, keys: Operand): { b: number; sizes: number[]; worth: number; workspace: number } => {
    const [b, q, d] = query.shape as [number, number, number];
    const k = keys.shape[1]!;
    const worth = Math.max(1, Math.ceil(grain / (q * k * d)));
    return { b, sizes: [q, k, d], worth, workspace: workspaceBytes(k, d) };
  };

  return fuse(additiveScores, {
    accepts: ([query, keys]) => query.dtype === "f32" && query.buffer.size * keys.buffer.size > 0,
    forward([query, keys, v]) {
      const { b, sizes, worth, workspace } = sizesOf(query, keys);
      const scores = make(box, [b, sizes[0]!, sizes[1]!]);
      engine.run(forward, b, worth, workspace, [...sizes, ...[query, keys, v, scores].map(addressOf)]);
      return { outputs: [scores] };
    },
    vjp({ inputs: [query, keys, v], cotangents: [dScores], needs }) {
      const { b, sizes, worth, workspace } = sizesOf(query, keys);
      const dQuery = make(box, query.shape);
      const dKeys = make(box, keys.shape);
      const parts = make(box, [b, v.shape[0]!]);
      const operands = [query, keys, v, dScores, dQuery, dKeys, parts];
      engine.run(gradient, b, worth, workspace, [...sizes, ...operands.map(addressOf)]);
      const dV = needs[2] ? columnSums(box, parts.buffer, v.shape[0]!) : null;
      engine.free(parts.buffer);
      return [dQuery, dKeys, dV];
    },
  });
}
