import { type Command, CommanderError } from "commander";
import { exitCodes } from "./exit-codes.js";
import { explainError } from "./explain-error.js";
import type { Io } from "./io.js";
import { colorDepth, Output, painter } from "./output.js";
import { buildProgram } from "./program.js";
import { writeMessage, writeTo } from "./terminal-safe.js";
import { UsageError } from "./usage-error.js";

/**
 * Reads the arguments, runs the command, and prints an error in one paragraph.
 *
 * @param argv - the arguments, without `node` and the program
 * Of several processes that a launcher started, only the first one reports wrong arguments. The others return 0, so that the
 * launcher does not end the first one before it prints; the launcher has the exit code of the first one.
 *
 * @returns the exit code, one of `exitCodes`
 */
export async function cli(argv: readonly string[], io: Io): Promise<number> {
  const options = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  const output = new Output(io, options.includes("--json"));
  let exitCode: number = exitCodes.success;
  const program = buildProgram(async (command) => {
    exitCode = await command({ io, output });
  });
  configure(program, io, output);
  try {
    await program.parseAsync(argv.length === 0 ? ["--help"] : [...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.success; // the help, or the version
    if (error instanceof CommanderError && (await isLaterProcess(io.env))) return exitCodes.success;
    const explanation = explainError(error instanceof CommanderError ? usageError(error) : error, io.env);
    const label = painter(colorDepth(io.stderr, io.env) >= 4)("red", "error:");
    writeMessage(io.stderr, `${label} ${explanation.message}\n`);
    output.event({ event: "error", message: explanation.message });
    return explanation.exitCode;
  }
}

/** Tells whether a launcher started this process, and it is not the first one. */
async function isLaterProcess(env: Io["env"]): Promise<boolean> {
  const { findLauncher } = await import("@heed/distributed");
  return (findLauncher(env)?.rank ?? 0) > 0;
}

function configure(program: Command, io: Io, output: Output): void {
  for (const command of allCommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => writeTo(io.stdout, text),
      writeErr: () => undefined, // told once, by `cli`
      outputError: () => undefined,
      getOutHelpWidth: () => output.width,
      getOutHasColors: () => colorDepth(io.stdout, io.env) >= 4,
    });
  }
}

/** Returns a command and all commands below it. */
function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** `error: unknown option '--ot'\n(Did you mean --out?)` as one sentence after the other. */
function usageError({ message, code }: CommanderError): UsageError {
  const [what = "", ...more] = message.replace(/^error: /, "").split("\n");
  const hints = more.map((line) => line.replace(/^\(|\)$/g, ""));
  const sentence = what.charAt(0).toUpperCase() + what.slice(1);
  const end = /[.?!]$/.test(sentence) ? "" : ".";
  const help = hints.length > 0 || code === "commander.invalidArgument" ? [] : ["See --help."];
  return new UsageError([`${sentence}${end}`, ...hints, ...help].join(" "));
}
