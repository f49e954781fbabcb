import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { buildProgram } from "../../../apps/cli/src/program.js";
import { runCli } from "../../../apps/cli/src/testing/run-cli.js";
import { assertMessage, type FuzzTarget } from "./fuzz-target.js";
import { anyText, strangeTexts } from "./mutations.js";

/** Commands that compute for long when their arguments are right. They get a backend that does not exist. */
const slow = new Set(["train", "experiment", "gallery", "doctor"]);
/** An argument never leads out of the folder of the test. */
const harmless = (text: string): string => text.replace(/[/\\\0]/g, "");
const inFolder = [
  "text.txt",
  "config.yaml",
  "run",
  "-",
  "copy",
  "auto",
  "cpu",
  "1",
  "0",
  "dot",
  "word",
  "a b c",
  "heads",
];
const value = fc.oneof(fc.constantFrom(...inFolder, ...strangeTexts), anyText).map(harmless);

const commands = buildProgram(async () => undefined).commands;
const call = fc.constantFrom(...commands).chain((command) => {
  const flags = command.options.flatMap(({ long, short }) => [long, short].filter((flag) => typeof flag === "string"));
  const option = fc.oneof(
    fc.tuple(fc.constantFrom("--help", "--json", ...flags), value).map(([flag, text]) => [flag, text]),
    fc.tuple(fc.constantFrom("--json", ...flags), value).map(([flag, text]) => [`${flag}=${text}`]),
    value.map((text) => [text]),
    fc.constant(["--model", "run"]),
  );
  const end = slow.has(command.name()) ? ["--backend", "none"] : [];
  return fc
    .array(option, { maxLength: 5 })
    .map((options) => [command.name(), ...options.flat(), ...end])
    .filter((args) => end.length === 0 || !args.includes("--"));
});
const anything = fc.array(value, { maxLength: 4 }).filter(([name]) => !slow.has(name ?? ""));

/** The documented exit codes, without that of a fault of heed. */
const codes = [0, 1, 2];

const commandLine: FuzzTarget = {
  name: "arguments: any command line",
  inputs: 6_000,
  property() {
    const folder = mkdtempSync(join(tmpdir(), "heed-arguments-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    process.chdir(folder);
    mkdirSync("run");
    writeFileSync("text.txt", "a b c\n");
    writeFileSync("config.yaml", "recipe: copy\n");
    const input = fc.oneof(anyText, fc.uint8Array({ maxLength: 20 }));
    return fc.asyncProperty(
      fc.oneof({ weight: 5, arbitrary: call }, anything),
      input,
      fc.boolean(),
      async (args, input, tty) => {
        const { code, stdout, stderr } = await runCli(args, { input, tty });
        if (!codes.includes(code)) throw new Error(`exit code ${code}: ${stderr}`);
        // The findings of `heed verify` are its result.
        if (code !== 0) assertMessage(args[0] === "verify" ? stdout + stderr : stderr);
        if (code === 0 && stderr.includes("error:")) throw new Error(`exit code 0, but ${stderr}`);
        if (tty && /[\u0080-\u009f\u202a-\u202e\u2066-\u2069]/.test(stdout))
          throw new Error(`escapes reach the terminal: ${stdout}`);
      },
    );
  },
};

export const commandTargets = [commandLine];
