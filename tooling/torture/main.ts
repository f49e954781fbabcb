/** `npm run torture`: attacks heed for some minutes, and prints counts. Exit code 1 after a failure. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parts } from "./parts.js";
import { resultTable, torture } from "./torture.js";

const help = `npm run torture -- [options]

Attacks heed for some minutes and prints counts. Failures are written to torture-failures/, with the command that repeats them.

  --minutes <n>   time of all parts together (default 10)
  --only <parts>  these parts, separated by commas (default: all)
  --seed <n>      seed of everything random (default: the time)
  --first <n>     number of the first round (default 1)
  --rounds <n>    rounds for each part at most
  --help

Parts
${parts.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`).join("\n")}`;

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: "string", default: "10" },
      only: { type: "string", default: parts.map(({ name }) => name).join(",") },
      seed: { type: "string", default: String(Math.trunc(Date.now() / 1000)) },
      first: { type: "string", default: "1" },
      rounds: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const names = values.only.split(",");
  const unknown = names.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) throw new Error(`--only: there is no part ${unknown.join(", ")}.`);
  const root = process.cwd();
  const chosen = parts.filter(({ name }) => names.includes(name));
  const seed = number("--seed", values.seed);
  const rounds = values.rounds === undefined ? {} : { rounds: number("--rounds", values.rounds) };
  console.log(`seed ${seed}`);
  const results = await torture(chosen, {
    ...{ root, seed, ...rounds, first: number("--first", values.first), print: console.log },
    seconds: (number("--minutes", values.minutes) * 60) / chosen.length,
    failures: join(root, "torture-failures"),
  });
  console.log(`\n${resultTable(results).join("\n")}`);
  return results.some(({ failures }) => failures > 0) ? 1 : 0;
}

function number(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new Error(`${option}: expected a number, got "${text}".`);
  return value;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
