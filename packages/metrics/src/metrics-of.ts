import { type Extension, extensionKind, Registry } from "@heed/core";
import type { MetricExtension } from "./define-metric.js";
import { builtInMetrics } from "./metrics/index.js";

/**
 * Returns the registry of the built-in metrics and of those among some plug-ins.
 *
 * @param plugins - results of `define…` functions; other kinds than metrics are ignored
 * @throws HeedError when two metrics have the same name or alias
 * @example
 * metricsOf([mine]).get("mine"); // mine
 * metricsOf().names; // the names of the built-in metrics
 */
export function metricsOf(plugins: readonly Extension[] = []): Registry<MetricExtension> {
  const own = plugins.filter((plugin): plugin is MetricExtension => extensionKind(plugin) === "metric");
  return new Registry<MetricExtension>("metric", [...builtInMetrics, ...own]);
}
