const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** `12,345` */
export function count(value: number): string {
  return whole.format(value);
}

/** `2,000 pairs`, `1 pair`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** A share in [0, 1] as `98.7 %`. Nothing but 1 is shown as 100 %. */
export function percent(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  return `${(share < 1 && rounded === 100 ? 99.9 : rounded).toFixed(1)} %`;
}

/** A loss or a score: four digits behind the point, fewer where the number is large. */
export function decimal(value: number, digits = 4): string {
  return Math.abs(value) >= 1000 ? value.toPrecision(4) : value.toFixed(digits);
}

/** Milliseconds as `320 ms`, `4.2 s`, `3 min 20 s`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Milliseconds in few characters: `72ms`, `4.2s`, `3m20s`, `1h58m`, `2d3h`. */
export function shortDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${String(seconds % 60).padStart(2, "0")}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}h${String(minutes % 60).padStart(2, "0")}m`;
  return `${Math.floor(hours / 24)}d${hours % 24}h`;
}

/** An argument as it can be pasted into a shell. */
export function shellArgument(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
