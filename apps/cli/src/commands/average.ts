import { averageWeights } from "@heed/train/node";
import type { Context } from "../context.js";
import { count, shellArgument } from "../format.js";
import { loadPlugins, type PluginArguments } from "../plugins/load-plugins.js";
import { UsageError } from "../usage-error.js";

/** The options of `heed average`. */
export interface AverageOptions extends PluginArguments {
  readonly last?: number;
  readonly best?: number;
  readonly name: string;
  readonly out?: string;
}

/** `heed average`: averages the weights of epochs, and writes them into the run or into a run of their own. */
export async function averageCommand(
  folder: string,
  { last, best, name, out, ...options }: AverageOptions,
  { io, output }: Context,
): Promise<number> {
  if (last === undefined && best === undefined) {
    throw new UsageError("Say which epochs to average: --last 10 or --best 5.");
  }
  const { plugins } = await loadPlugins(options);
  const average = await averageWeights(folder, { last, best, name, out, plugins });
  const { epochs, path, parameters } = average;
  const epochsInWords = `${epochs.length === 1 ? "epoch" : "the epochs"} ${epochs.join(", ")}`;
  output.print(`The average of ${count(parameters)} weights over ${epochsInWords} is in ${path}.`);
  const use = out === undefined ? `${shellArgument(folder)} --weights ${name}` : shellArgument(out);
  output.print(`Use it: ${io.invocation} translate --model ${use}`);
  output.event({ event: "average", ...average });
  return 0;
}
