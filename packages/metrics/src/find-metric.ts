import type { MetricExtension } from "./define-metric.js";
import { metricsOf } from "./metrics-of.js";

/**
 * Returns the metric with a name.
 *
 * @param extra - metrics besides the built-in ones
 * @throws UnknownNameError when there is none; the message suggests a similar name and lists all names
 * @throws HeedError when two metrics have the same name
 * @example
 * const value = findMetric("chrf").compute(input, { wordOrder: 2 });
 */
export function findMetric(name: string, extra: readonly MetricExtension[] = []): MetricExtension {
  return metricsOf(extra).get(name);
}
