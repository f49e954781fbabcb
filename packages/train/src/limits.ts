/** Limits of configurations and run folders. `SECURITY.md` lists them; whatever exceeds one is refused with its number. */
export const runLimits = {
  /** Bytes of a configuration file, and of the value of a `--set`. */
  configBytes: 2 ** 18,
  /** Keys, values and items of lists in a configuration, after its aliases are replaced. */
  configValues: 5000,
  /** Mappings and lists of a configuration within each other. */
  configDepth: 32,
  /** Faults of a configuration that a message lists. */
  configFaults: 20,
  /** `training.epochs`, and the lines of `metrics.ndjson`. */
  epochs: 100_000,
  /** `training.keepCheckpoints`. */
  keptCheckpoints: 1000,
  /** `data.train` and `data.validation` of a synthetic task. */
  samples: 10_000_000,
  /** Elements of all parameters of a model together; more cannot be saved. */
  parameters: 2 ** 29 - 1,
  /** Tokens of a sentence to translate, and `data.maxLength` of text. */
  sentenceTokens: 2000,
  /** Bytes of `state.json`. */
  stateBytes: 2 ** 20,
  /** Bytes of `plugins.json`. */
  pluginsBytes: 2 ** 20,
  /** Bytes of `report.json`. */
  reportBytes: 2 ** 20,
  /** Bytes of `metrics.ndjson`. */
  metricsBytes: 2 ** 26,
  /** Bytes of a tokenizer file. */
  tokenizerBytes: 2 ** 28,
  /** Bytes of a safetensors file; Node.js reads no larger file at once. */
  weightsBytes: 2 ** 31 - 1,
} as const;

/** Returns the largest number of bytes that a file of a run folder may have. */
export function maxBytesOf(name: string): number {
  const file = name.replace(/\.(next|previous)$/, "");
  if (file.endsWith(".safetensors")) return runLimits.weightsBytes;
  if (file.endsWith(".tokenizer.json")) return runLimits.tokenizerBytes;
  if (file.endsWith("metrics.ndjson")) return runLimits.metricsBytes;
  if (file === "plugins.json") return runLimits.pluginsBytes;
  if (file === "report.json") return runLimits.reportBytes;
  return file === "config.yaml" ? runLimits.configBytes : runLimits.stateBytes;
}
