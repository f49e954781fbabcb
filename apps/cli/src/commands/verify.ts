import { cpu, use } from "@heed/tensor";
import type { VerifiedFile } from "@heed/train";
import { verifyRun } from "@heed/train/node";
import { harmless, table } from "../columns.js";
import type { Context } from "../context.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { withOptions } from "../explain-error.js";
import { count, plural } from "../format.js";
import type { Output } from "../output.js";
import { loadPlugins, type PluginArguments } from "../plugins/load-plugins.js";
import { oneLine } from "../terminal-safe.js";

/** `heed verify`: checks every file of a run folder, and prints a line for each. */
export async function verifyCommand(folder: string, options: PluginArguments, { output }: Context): Promise<ExitCode> {
  const { plugins } = await loadPlugins(options);
  await use(cpu());
  const { files, sound } = await verifyRun(folder, { plugins });
  const rows = files.map((file) => [
    mark(file, output),
    harmless(oneLine(file.name)),
    file.bytes === null ? "" : `${count(file.bytes)} bytes`,
    harmless(oneLine([file.what, ...checks(file)].join("; "))),
  ]);
  for (const line of table(rows, output.tableWidth)) output.print(line);
  const faults = files.flatMap(({ faults }) => faults).map(withOptions);
  for (const fault of faults) output.print(`\n${output.paint("red", "fault:")} ${harmless(fault)}`);
  output.print(`\n${sound ? "No faults." : `${plural(faults.length, "fault")} in ${folder}.`}`);
  for (const file of files) output.event({ event: "file", ...file, faults: file.faults.map(withOptions) });
  output.event({ event: "done", folder, sound, faults: faults.length });
  return sound ? exitCodes.success : exitCodes.error;
}

function mark({ bytes, faults }: VerifiedFile, { paint }: Output): string {
  if (faults.length > 0) return paint("red", "fault");
  return bytes === null ? "-" : paint("green", "ok");
}

function checks({ bytes, checksum, finite, shapes }: VerifiedFile): string[] {
  const words: string[] = [];
  if (checksum !== null) words.push(bytes === null ? "missing" : `${checksum ? "right" : "wrong"} checksum`);
  if (finite !== null) words.push(finite ? "finite" : "not finite");
  if (shapes !== null) words.push(shapes ? "shapes of config.yaml" : "other shapes than config.yaml");
  return words;
}
