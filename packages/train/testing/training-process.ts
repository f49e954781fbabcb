import { cpu, use } from "@heed/tensor";
import { train } from "../src/node.js";
import { killedConfig } from "./tiny-config.js";

/** Trains into the folder of the first argument, or resumes the run there. It writes a line after each checkpoint. */
async function main(out: string): Promise<void> {
  await use(cpu());
  const { existsSync } = await import("node:fs");
  const resume = existsSync(`${out}/config.yaml`);
  await train({
    config: killedConfig(),
    out,
    resume,
    overwrite: !resume,
    on: (event) => event.event === "checkpoint" && process.stdout.write(`${event.step}\n`),
  });
}

await main(process.argv[2]!);
