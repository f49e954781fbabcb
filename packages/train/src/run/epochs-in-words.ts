/** Formats numbers of epochs as `epoch 4` or `epochs 2, 3`. */
export function epochsInWords(epochs: readonly number[]): string {
  return `${epochs.length === 1 ? "epoch" : "epochs"} ${epochs.join(", ")}`;
}
