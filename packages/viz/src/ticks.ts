/** The whole numbers from `first` to `last`. */
export function wholeTicks(first: number, last: number): number[] {
  const start = Math.ceil(first);
  return Array.from({ length: Math.floor(last) - start + 1 }, (_, i) => start + i);
}

/** Powers of ten between two limits; with few of them, also twice and five times each. */
export function logTicks(low: number, high: number): number[] {
  const steps = Math.log10(high / low) > 2.5 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const step of steps) ticks.push(Number(`${step}e${power}`)); // exact, unlike 10 ** power
  }
  const inside = ticks.filter((tick) => tick >= low && tick <= high);
  return inside.length > 1 ? inside : [low, high].map((limit) => Number(limit.toPrecision(3)));
}
