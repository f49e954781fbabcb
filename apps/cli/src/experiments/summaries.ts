/** What `heed experiment` can be given, for the help: it shows them without loading what they need. */
export const experimentSummaries = {
  length: "accuracy against source length, with a fixed context and with attention",
  grid: "every scorer with every normalizer on one task: accuracy, steps to 95 %, speed",
  repetition: "how often a token is written twice in a row, with and without attention",
  alignment: "how often the strongest weight of each scorer is at the source token that the target token comes from",
} as const;

/** The name of an experiment. */
export type ExperimentName = keyof typeof experimentSummaries;
