import { currentBackend } from "@heed/tensor";

/** Memory of this process in MiB. */
export interface MemoryUse {
  /** What the operating system holds in memory for it (resident set size), that of the backend included. */
  readonly rssMiB: number;
  /** What the backend has reserved, such as the memory of WebAssembly; null where it does not report it. */
  readonly backendMiB: number | null;
}

/** Measures the memory of this process and of the backend in use. */
export function memoryUse(): MemoryUse {
  const { memoryMiB } = currentBackend().report().details;
  return {
    rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
    backendMiB: typeof memoryMiB === "number" ? memoryMiB : null,
  };
}

/** The largest resident set size of this process so far, in MiB. */
export function peakMemoryMiB(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
