import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exitCodes } from "./exit-codes.js";
import { buildProgram } from "./program.js";
import { filesOf } from "./testing/folder-files.js";
import { closeSockets } from "./testing/hostile-files.js";
import { type HostileFolder, hostileFolders, type Material } from "./testing/hostile-folders.js";
import { type CallTable, type Places, programCalls } from "./testing/program-calls.js";
import { type CliRun, runCli } from "./testing/run-cli.js";
import { tinyTask, trainOn, writeCorpus } from "./testing/tiny-run.js";
import { watchdog } from "./testing/watchdog.js";

const base = await realpath(await mkdtemp(join(tmpdir(), "heed-hostile-")));
const outside = join(base, "outside");
const text = join(base, "text");
const before = process.cwd();
const cpu = "--backend=cpu";

/** How each command and option is called. Options without values, and those with choices, are called as the program lists them. */
const table: CallTable = {
  commands: {
    train: ({ folder, fresh }) => [
      ["--resume", `--out=${folder}`, cpu],
      [join(folder, "config.yaml"), `--out=${fresh}`, "--set", "training.epochs=1", cpu],
      ["copy", ...tinyTask, `--out=${folder}`, cpu],
      ["copy", ...tinyTask, `--out=${folder}`, "--overwrite", cpu],
    ],
    translate: ({ folder, text }) => [[`--model=${folder}`, `--input=${text}`, cpu]],
    score: ({ folder, text }) => [[`--model=${folder}`, `--src=${text}`, `--ref=${text}`, cpu]],
    evaluate: ({ folder, text }) => [[`--model=${folder}`, `--src=${text}`, `--ref=${text}`, cpu]],
    average: ({ folder, fresh }) => [
      [folder, "--last=1"],
      [folder, "--best=1", `--out=${fresh}`],
    ],
    report: ({ folder }) => [[folder, cpu]],
    verify: ({ folder }) => [[folder]],
    "tokenizer train": ({ folder, fresh }) => [[join(folder, "config.yaml"), `--out=${fresh}`]],
    "tokenizer encode": ({ folder, text }) => [
      [`--tokenizer=${join(folder, "source.tokenizer.json")}`, `--input=${text}`],
    ],
    "tokenizer decode": ({ folder, text }) => [
      [`--tokenizer=${join(folder, "source.tokenizer.json")}`, `--input=${text}`],
    ],
    attend: ({ folder }) => [["a b c", `--model=${folder}`, cpu]],
    experiment: ({ folder }) => [["repetition", "--quick", "--scorers=additive", `--out=${folder}`, cpu]],
    reproduce: ({ folder }) => [["copy", "--quick", `--out=${folder}`, cpu]],
    gallery: ({ folder }) => [["--quick", `--out=${folder}/page.md`, cpu]],
    scorers: () => [[]],
    recipes: ({ folder }) => [[], [folder]],
    schema: () => [[]],
    doctor: () => [[]],
    new: ({ folder }) => [["scorer", `--js`, folder]],
  },
  options: {
    "--set": ({ folder }) => ["training.epochs=3", "model.scorer=./x.mjs", `model.scorer=${folder}/x.mjs`],
    "tokenizer train --set": () => ["minFrequency=1"],
    "tokenizer train --out": ({ fresh }) => [fresh],
    "--weights": () => ["last", "average", "2"],
    "--last": () => ["2"],
    "--best": () => ["1"],
    "average --name": () => ["average-2"],
    "average --out": ({ fresh }) => [fresh],
    "--name": () => ["word"],
    "--tokenizer": ({ folder }) => [join(folder, "target.tokenizer.json")],
    "--out": ({ folder }) => [join(folder, "out.svg"), join(folder, "attention.html")],
    "report --out": ({ folder }) => [join(folder, "page.html"), join(folder, "config.yaml")],
    "train --out": ({ folder, fresh }) => [folder, fresh],
    "experiment --out": ({ folder }) => [join(folder, "config.yaml")],
    "reproduce --out": ({ folder }) => [join(folder, "config.yaml")],
    "--data": ({ folder }) => [folder],
    "--table": ({ folder }) => [join(folder, "page.md"), join(folder, "config.yaml")],
    "gallery --out": ({ folder }) => [join(folder, "config.yaml", "page.md")],
    "--backend": ({ folder }) => ["auto", folder],
    "--threads": () => ["1"],
    // A process joins others only once; it reads no other file because of this.
    "--mpi": () => [],
    "--seed": () => ["0"],
    "--log-file": ({ folder }) => [join(folder, "train.log"), join(folder, "config.yaml"), folder],
    "--init-from": ({ folder }) => [folder],
    "--scorer": ({ folder }) => ["additive", "x", join(folder, "config.yaml")],
    "--scorers": ({ folder }) => [folder],
    "--plugin": ({ folder }) => [folder, join(folder, "config.yaml")],
    "--model": ({ folder }) => [folder, join(folder, "config.yaml")],
    "--input": ({ text }) => [text],
    "--encoding": () => ["euc-kr"],
    "--src": ({ text }) => [text],
    "--ref": ({ text }) => [text],
    "--metrics": () => ["bleu"],
    "--bleu-tokenize": () => ["none"],
    "--samples": () => ["3"],
    "--trials": () => ["3"],
    "--examples": () => ["1"],
    "--hypotheses": ({ text, folder }) => [text, join(folder, "config.yaml")],
    "--alignments": ({ folder }) => [join(folder, "config.yaml")],
    "--alignments-scored": ({ folder }) => [join(folder, "config.yaml")],
    "--report": ({ folder }) => [join(folder, "report.html")],
    "--output": ({ fresh }) => [fresh],
    "--n-best": () => ["1"],
    "--beam": () => ["2"],
    "--length-penalty": () => ["1"],
    "--coverage-penalty": () => ["1"],
    "--temperature": () => ["2"],
    "--top-k": () => ["2"],
    "--top-p": () => ["0.5"],
    "--min-length": () => ["2"],
    "--max-length": () => ["3"],
    "--no-repeat-ngram": () => ["2"],
    "--prefix": () => ["a"],
    "--require": () => ["a"],
    "--forbid": () => ["a"],
    "--hypothesis": () => ["1"],
    "--font": ({ folder }) => [join(folder, "out.svg")],
    "--layer": () => ["1"],
    "--head": () => ["1"],
    "--normalizers": ({ folder }) => [folder],
    "--recipes": ({ folder }) => [folder],
    "--task": ({ folder }) => [folder],
    "--recipe": ({ folder }) => [folder],
  },
};

const program = buildProgram(async () => undefined);
const callsOf = programCalls(program, table);
const dog = watchdog({ seconds: 60, bytes: 2 ** 30 });
let material: Material;
let sealed = "";

beforeAll(async () => {
  await mkdir(outside);
  await mkdir(join(base, "work"));
  process.chdir(join(base, "work"));
  await writeFile(join(outside, "victim.txt"), "a secret\n");
  await writeFile(join(outside, "x.mjs"), `globalThis.hostileCodeRan = true;\n`);
  await writeFile(text, "a b c\n");
  const sound = join(base, "sound");
  const keep = ["--set", "training.keepCheckpoints=2", "--set", "training.ema=0.9"];
  expect((await runCli(["train", "copy", ...tinyTask, ...keep, "--out", join(sound, "task"), cpu])).stderr).toBe("");
  expect((await runCli(["average", join(sound, "task"), "--last=2"])).code).toBe(0);
  const corpus = await writeCorpus(join(base, "corpus"));
  expect((await trainOn(corpus, join(sound, "text"), cpu)).stderr).toBe("");
  material = { task: await filesOf(join(sound, "task")), text: await filesOf(join(sound, "text")), outside };
  sealed = await snapshot(outside);
}, 60_000);

afterAll(async () => {
  process.chdir(before);
  closeSockets();
  await dog.close();
  await rm(base, { recursive: true, force: true });
});

/** Everything in a folder: names, kinds, times and contents. */
async function snapshot(folder: string): Promise<string> {
  const lines: string[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const { mode, mtimeMs, ctimeMs, ino } = await lstat(path);
    const content = await readFile(path, "utf8").catch(() => readlink(path));
    lines.push([name, mode, mtimeMs, ctimeMs, ino, content].join(" "));
  }
  return lines.join("\n");
}

/** Control characters besides tabs and line breaks, and those that change the direction of text. */
const raw = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** What the progress bar writes to move the cursor. */
const bar = new RegExp(`${String.fromCharCode(27)}(?:[78]|\\[(?:\\?(?:25|7)[hl]|\\d*[GKA]))`, "g");

/** Which files a call reads: those of a model, of a run to resume, or a configuration. */
function readerOf(argv: readonly string[]): "model" | "resume" | "config" | undefined {
  const [command] = argv;
  // The previous checkpoint has other files.
  if (argv.some((word) => word.startsWith("--weights=")) || argv.includes("--previous")) return undefined;
  if (["translate", "evaluate", "attend", "report"].includes(String(command))) return "model";
  if (argv.includes("--resume")) return "resume";
  return argv[1]?.endsWith("config.yaml") ? "config" : undefined;
}

/** The faults of what a call did. */
function faultsOf(
  argv: readonly string[],
  tty: boolean,
  run: CliRun,
  places: Places,
  hostile: HostileFolder,
  option?: string,
): string[] {
  const faults: string[] = [];
  const { code, stdout } = run;
  // The findings of `heed verify` are its result.
  const stderr = run.stderr + (argv[0] === "verify" ? stdout : "");
  const known: number[] = Object.values(exitCodes).filter((each) => each !== exitCodes.fault);
  if (!known.includes(code)) faults.push(`exit code ${code}`);
  if (/fault of heed|TypeError|RangeError|Cannot read prop|\[object/.test(stderr)) faults.push("blames heed");
  if (raw.test(run.stderr)) faults.push("raw control characters on standard error");
  if (tty && raw.test(stdout.replace(bar, ""))) faults.push("raw control characters on the terminal");
  // Either the value of the option is wrong, or a file of the folder.
  const [name = "", value = ""] = option === undefined ? [] : [option.split("=")[0], option.split("=").at(-1)];
  const namesOption = option !== undefined && (stderr.includes(name) || (value !== "" && stderr.includes(value)));
  if (
    code === exitCodes.error &&
    !namesOption &&
    !stderr.includes(places.folder) &&
    !stderr.includes(hostile.refused?.file ?? places.folder) &&
    !/^error: (?:Line|Pair) \d|^(?:line|pair) \d+: error: |^error: The vocabulary of \d+ tokens has no /m.test(stderr)
  )
    faults.push("does not name the folder");
  const reader = readerOf(argv);
  if (reader !== undefined && hostile.refused?.by.includes(reader) && code !== exitCodes.usage) {
    if (code !== exitCodes.error) faults.push("is not refused");
    else if (!namesOption && !stderr.includes(hostile.refused.file) && !stderr.includes("another configuration"))
      faults.push(`does not name ${hostile.refused.file}`);
  }
  if ("hostileCodeRan" in globalThis) faults.push("ran code of the folder");
  if ("polluted" in Object.prototype) faults.push("changed the prototype of all objects");
  return faults.map(
    (fault) => `${fault}: heed ${argv.join(" ")}\n  exit code ${code}, stderr ${JSON.stringify(stderr.slice(0, 600))}`,
  );
}

/** Commands that train models of their own and write a report. */
const reports = new Set(["experiment", "gallery", "reproduce"]);
let calls = 0;

async function attack(hostile: HostileFolder, index: number): Promise<string[]> {
  const faults: string[] = [];
  const folder = join(base, "work", `folder-${index}`);
  const places = { folder, text, fresh: join(base, "work", "fresh") };
  const { commands, options } = callsOf(places);
  // Each folder goes through every command, and a fifth of the options: all options with all folders would take minutes.
  const chosen = hostile.whole ? options : options.filter((_, place) => (place + index) % 5 === 0);
  let made: string | undefined;
  for (const argv of [...commands, ...chosen]) {
    // What is called without the folder does the same for every folder, and reports write to a folder without reading it.
    if (!hostile.whole && (reports.has(argv[0]!) || !argv.some((word) => word.includes(folder)))) continue;
    // Other commands only read.
    if (!made || hostile.whole || reports.has(argv[0]!) || made === "train") {
      await rm(folder, { recursive: true, force: true });
      dog.watch(`making ${hostile.name}`);
      await hostile.make(folder, material);
    }
    made = argv[0];
    const tty = !argv.includes("--json") && calls % 2 === 0;
    const shown = `${hostile.name}: heed ${argv.join(" ")}`;
    dog.watch(shown);
    const early = reports.has(argv[0]!) ? !commands.includes(argv) : !hostile.whole;
    const stopped = early ? /^(?:backend|runs on)|\d right/m : undefined;
    const run = await runCli(argv, {
      tty: tty ? "all" : false,
      env: { NO_COLOR: "1" },
      input: "a b\n",
      ...(stopped && { interruptAt: stopped }),
    });
    dog.watch("");
    calls++;
    faults.push(...faultsOf(argv, tty, run, places, hostile, commands.includes(argv) ? undefined : argv.at(-1)));
    if ((await snapshot(outside)) !== sealed) faults.push(`changed files outside: heed ${argv.join(" ")}`);
    await rm(places.fresh, { recursive: true, force: true });
  }
  await rm(folder, { recursive: true, force: true });
  return faults;
}

describe("a hostile folder does no harm through any command and option", () => {
  it.each(hostileFolders.map((hostile, index) => [hostile.name, hostile, index] as const))(
    "%s",
    async (_, hostile, index) => {
      expect((await attack(hostile, index)).join("\n")).toBe("");
    },
    300_000,
  );
});
