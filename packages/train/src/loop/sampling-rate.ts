/** Courses of the probability of scheduled sampling. */
export const samplingSchedules = ["linear", "exponential", "inverse-sigmoid"] as const;

/** The options of training that {@link samplingRate} reads. */
export interface SamplingOptions {
  /** Largest probability. */
  readonly scheduledSampling: number;
  readonly samplingSchedule: (typeof samplingSchedules)[number];
  readonly samplingSteps: number;
}

/**
 * Returns the probability that an input of the decoder is the model's own token, in [0, `scheduledSampling`]. It rises from
 * about 0 in the first step.
 *
 * Source: Bengio et al. 2015, arXiv:1506.03099, section 2.4, whose ε is the probability of a target token.
 *
 * @param step - of the optimizer, from 1
 */
export function samplingRate(
  { scheduledSampling, samplingSchedule, samplingSteps: k }: SamplingOptions,
  step: number,
): number {
  const done = (step - 1) / k;
  const shares = {
    linear: Math.min(1, done),
    exponential: 1 - Math.exp(-done),
    "inverse-sigmoid": 1 / (1 + k * Math.exp(-done)),
  };
  return scheduledSampling * shares[samplingSchedule];
}
