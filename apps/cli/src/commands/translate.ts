import { type Run, translate } from "@heed/train";
import type { Context } from "../context.js";
import { readLines } from "../read-lines.js";
import { oneLine, writeMessage } from "../terminal-safe.js";
import { type ModelOptions, withRun } from "../with-run.js";

/** The options of `heed translate`. */
export interface TranslateOptions extends ModelOptions {
  readonly input: string;
  /** A label of `TextDecoder`; default: UTF-8. */
  readonly encoding?: string;
}

/** Lines that are translated before the first of them is written. */
const GROUP = 64;

/** `heed translate`: one line out for each line in. */
export async function translateCommand(options: TranslateOptions, context: Context): Promise<number> {
  const { io, output } = context;
  return withRun(options, context, async (run) => {
    if (options.input === "-" && io.stdin.isTTY === true && !output.json) {
      io.stderr.write("Type a sentence and press Enter; Ctrl-D ends.\n");
    }
    let lines = 0;
    for await (const group of readLines(options.input, io, options.encoding)) {
      for (let start = 0; start < group.length; start += GROUP) {
        lines += await translateGroup(run, group.slice(start, start + GROUP), lines, { io, output });
      }
    }
    output.event({ event: "done", lines });
    return 0;
  });
}

async function translateGroup(
  run: Run,
  group: readonly string[],
  before: number,
  { io, output }: Context,
): Promise<number> {
  const translations = await translate(run, group).catch((error: unknown) => {
    throw withLineOfInput(error, before);
  });
  for (const [i, { text, unknown, notices }] of translations.entries()) {
    const line = before + i + 1;
    output.print(oneLine(text));
    output.event({ event: "translation", line, source: group[i] ?? "", text, unknown, notices });
    // Standard output has translations only; notices go to standard error.
    if (!output.json) for (const notice of notices) writeMessage(io.stderr, `line ${line}: ${notice}\n`);
  }
  return translations.length;
}

/** `translate` counts the lines that it was given: the error with the line of the whole input. */
function withLineOfInput(error: unknown, before: number): unknown {
  if (error instanceof Error) {
    error.message = error.message.replace(/^Line (\d+):/, (_, line: string) => `Line ${Number(line) + before}:`);
  }
  return error;
}
