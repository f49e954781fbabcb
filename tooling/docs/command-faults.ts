import { type Command, CommanderError } from "commander";
import { parse } from "shell-quote";
import { buildProgram } from "../../apps/cli/src/program.ts";
import { lineAt, type Page } from "./markdown-pages.ts";

/** A call of `heed` in a page. */
interface Call {
  readonly line: number;
  /** The arguments after `heed`. */
  readonly words: readonly string[];
}

/**
 * Lists the calls of `heed` in the `sh` blocks of a page that the program refuses: an unknown command or option, a missing
 * argument, a value that is none of the choices. Nothing is run.
 *
 * @returns a line for each: `docs/tutorial.md:12: heed train --otu x: unknown option '--otu'`
 */
export async function commandFaults({ path, text }: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const { line, words } of callsOf(text)) {
    const why = await refusalOf(words);
    if (why) faults.push(`${path}:${line}: heed ${words.join(" ")}: ${why}`);
  }
  return faults;
}

/** The calls of `heed` in `sh` blocks: with or without `npx` or `npm run … --`, at the start of a line or after a pipe. */
export function callsOf(text: string): Call[] {
  return Array.from(text.matchAll(/^```(?:sh|bash|console)[^\n]*\n(.*?)^```/gms)).flatMap(
    ({ 0: block, 1: code = "", index }) => {
      const first = lineAt(text, index + block.indexOf("\n") + 1);
      // A backslash at the end continues the line.
      const joined = code.replace(/\\\n/g, "\\\0").split("\n");
      let line = first;
      return joined.flatMap((command) => {
        const at = line;
        line += command.split("\\\0").length;
        return callsInLine(command.replaceAll("\\\0", " ")).map((words) => ({ line: at, words }));
      });
    },
  );
}

function callsInLine(command: string): string[][] {
  const calls: string[][] = [[]];
  let redirected = false;
  for (const word of parse(command, (name) => `$${name}`)) {
    if (typeof word === "object" && "comment" in word) break;
    if (typeof word === "object" && "op" in word && word.op !== "glob") {
      redirected = /[<>]/.test(word.op);
      if (!redirected) calls.push([]);
      continue;
    }
    const text = typeof word === "string" ? word : "pattern" in word ? word.pattern : "";
    if (!redirected) calls.at(-1)?.push(text);
    redirected = false;
  }
  return calls.flatMap((words) => {
    const [first, ...rest] = words[0] === "$" ? words.slice(1) : words;
    if (first === "heed") return [rest];
    if (first === "npx" && rest[0] === "heed") return [rest.slice(1)];
    if (first === "npm" && rest.slice(0, 3).join(" ") === "run heed --") return [rest.slice(3)];
    return [];
  });
}

/** Why the program refuses a call; undefined if it accepts it. */
async function refusalOf(words: readonly string[]): Promise<string | undefined> {
  const program = buildProgram(async () => undefined);
  for (const command of allCommands(program))
    command.exitOverride().configureOutput({ writeOut: quiet, writeErr: quiet });
  try {
    await program.parseAsync([...words], { from: "user" });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? undefined : error.message.replace(/^error: /, "").replaceAll("\n", " ");
  }
}

/** Returns a command and all commands below it. */
function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

function quiet(): void {}
