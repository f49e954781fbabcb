import { describeUnknown, type Run, type Translation, translate } from "@heed/train";
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
    const all: Pick<Translation, "unknown" | "missing" | "error">[] = [];
    for await (const group of readLines(options.input, io, options.encoding)) {
      for (let start = 0; start < group.length; start += GROUP) {
        all.push(...(await translateGroup(run, group.slice(start, start + GROUP), all.length, { io, output })));
      }
    }
    if (!output.json) for (const sentence of describeUnknown(all)) writeMessage(io.stderr, `note: ${sentence}\n`);
    const errors = all.filter(({ error }) => error !== null).length;
    output.event({ event: "done", lines: all.length, errors });
    return errors === 0 ? 0 : 1;
  });
}

async function translateGroup(
  run: Run,
  group: readonly string[],
  before: number,
  { io, output }: Context,
): Promise<Translation[]> {
  const translations = await translate(run, group);
  for (const [i, { text, unknown, notices, error }] of translations.entries()) {
    const line = before + i + 1;
    output.print(oneLine(text));
    output.event({ event: "translation", line, source: group[i] ?? "", text, unknown, notices, error });
    if (output.json) continue;
    // Standard output has translations only; notices go to standard error.
    if (error !== null) writeMessage(io.stderr, `line ${line}: error: ${error}\n`);
    for (const notice of notices) writeMessage(io.stderr, `line ${line}: ${notice}\n`);
  }
  return translations;
}
