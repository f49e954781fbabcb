import { type FusedKernel, fuse, IndexError, type Operand, rowsOf, softmaxCrossEntropy } from "@heed/tensor";
import { addressOf, make, rowGrain, type Toolbox } from "./toolbox.js";

/** The softmax cross-entropy; its gradient is worked out from the logits and two numbers a row. */
export function loss(box: Toolbox): FusedKernel[] {
  const { engine } = box;
  const rowLosses = engine.kernel("crossEntropy");
  const total = engine.kernel("crossEntropyTotal");
  const gradient = engine.kernel("crossEntropyGradient");
  const firstBadTarget = engine.kernel("firstBadTarget");

  const checkTargets = (targets: Operand, classes: number, ignoring: readonly [number, number]): void => {
    const position = firstBadTarget.call(addressOf(targets), targets.buffer.size, classes, ...ignoring) ?? -1;
    if (position < 0) return;
    const id = engine.i32[(addressOf(targets) >>> 2) + position];
    throw new IndexError("softmaxCrossEntropy", "targets", targets.shape, id!, position, classes);
  };

  return [
    fuse(softmaxCrossEntropy, {
      accepts: ([logits]) => logits.dtype === "f32" && logits.buffer.size > 0,
      forward([logits, targets], { ignoreIndex, labelSmoothing = 0, reduction = "mean" }) {
        const { rows, n } = rowsOf(logits);
        const ignoring = [Number(ignoreIndex !== undefined), ignoreIndex ?? 0] as const;
        checkTargets(targets, n, ignoring);
        const out = make(box, []);
        // Two numbers for each row, then what the sum of the losses is divided by.
        const sums = make(box, [2 * rows + 1]);
        const losses = make(box, [rows]);
        const to = [losses.buffer.pointer, sums.buffer.pointer];
        engine.run(rowLosses, rows, rowGrain(n), 0, [
          addressOf(logits),
          addressOf(targets),
          ...to,
          n,
          labelSmoothing,
          ...ignoring,
        ]);
        const divisor = sums.buffer.pointer + 8 * rows;
        const summed = Number(reduction === "sum");
        total.call(losses.buffer.pointer, addressOf(targets), rows, ...ignoring, summed, out.buffer.pointer, divisor);
        engine.free(losses.buffer);
        return { outputs: [out], saved: [sums] };
      },
      vjp({ inputs: [logits, targets], saved: [sums], cotangents: [g], params: { ignoreIndex, labelSmoothing = 0 } }) {
        const { rows, n } = rowsOf(logits);
        const out = make(box, logits.shape);
        const count = addressOf(sums) + 8 * rows;
        const from = [addressOf(logits), addressOf(targets), addressOf(sums), addressOf(g), count];
        const ignoring = [Number(ignoreIndex !== undefined), ignoreIndex ?? 0];
        engine.run(gradient, rows, rowGrain(n), 0, [...from, out.buffer.pointer, n, labelSmoothing, ...ignoring]);
        return [out, null];
      },
    }),
  ];
}
