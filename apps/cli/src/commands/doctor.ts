import os from "node:os";
import type { BackendExtension, BackendReport } from "@heed/tensor";
import { relaxedSimd, simd, threads } from "wasm-feature-detect";
import { backendsOf, describeBackend, tryBackend } from "../backends.js";
import { table } from "../columns.js";
import type { Context } from "../context.js";
import { loadPlugins, type PluginArguments } from "../plugins/load-plugins.js";
import { version } from "../version.js";

/** `heed doctor`: what this machine offers and what of it heed can use. */
export async function doctorCommand(options: PluginArguments, { output }: Context): Promise<number> {
  const [hasSimd, hasRelaxed, hasThreads] = await Promise.all([simd(), relaxedSimd(), threads()]);
  const { plugins } = await loadPlugins(options);
  const backends = await Promise.all(Array.from(await backendsOf(plugins), backendState));
  const facts = {
    heed: version,
    node: process.versions.node,
    v8: process.versions.v8,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    processor: os.cpus()[0]?.model ?? "unknown",
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    wasm: { simd: hasSimd, relaxedSimd: hasRelaxed, threads: hasThreads },
    backends,
  };
  const yes = (has: boolean): string => (has ? output.paint("green", "yes") : output.paint("red", "no"));
  const rows = [
    ["heed", version],
    ["Node", `${facts.node} (V8 ${facts.v8})`],
    ["system", facts.system],
    ["processor", `${facts.processor}, ${facts.cores} at a time`],
    ["memory", `${(facts.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
    ["WebAssembly SIMD", yes(hasSimd)],
    ["WebAssembly relaxed SIMD", yes(hasRelaxed)],
    ["WebAssembly threads", yes(hasThreads)],
    ...backends.map(({ name, runs, why, report }) => [
      `backend ${name}`,
      `${yes(runs)}: ${report ? describeBackend(report) : why}`,
    ]),
    ["auto takes", backends.find(({ runs, automatic }) => runs && automatic)?.name ?? "nothing"],
  ];
  for (const line of table(rows, output.tableWidth)) output.print(line);
  output.event({ event: "done", ...facts });
  return 0;
}

interface BackendState {
  readonly name: string;
  readonly runs: boolean;
  /** Whether `auto` may take it. */
  readonly automatic: boolean;
  readonly why?: string;
  /** What runs: device, mode, limits, and what could not be had. */
  readonly report?: BackendReport;
}

async function backendState(extension: BackendExtension): Promise<BackendState> {
  const { name, automatic } = extension;
  const found = await tryBackend(extension);
  return typeof found === "string"
    ? { name, automatic, runs: false, why: found }
    : { name, automatic, runs: true, report: found };
}
