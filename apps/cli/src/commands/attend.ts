import { dirname } from "node:path";
import { HeedError } from "@heed/tensor";
import { assertWritableFolder, translate } from "@heed/train";
import { saveFigure, toTerminal } from "@heed/viz";
import { attentionFigure } from "../attention-figure.js";
import type { Context } from "../context.js";
import { UsageError } from "../usage-error.js";
import { type ModelOptions, withRun } from "../with-run.js";

/** The options of `heed attend`. */
export interface AttendOptions extends ModelOptions {
  readonly out?: string;
}

/** `heed attend`: where each word that the model writes looks in the sentence. */
export async function attendCommand(sentence: string, options: AttendOptions, context: Context): Promise<number> {
  const { output } = context;
  const { out, model } = options;
  if (out !== undefined && !/\.(svg|png|html)$/i.test(out)) {
    throw new UsageError(`--out ${out}: the name of a picture ends in .svg, .png or .html.`);
  }
  if (sentence.trim() === "") throw new UsageError("The sentence is empty: there is nothing to look at.");
  if (out !== undefined) await assertWritableFolder(dirname(out));
  return withRun(options, context, async (run) => {
    const [translation] = await translate(run, [sentence]);
    if (!translation) throw new HeedError("The model wrote nothing for the sentence.");
    for (const notice of translation.notices) {
      output.event({ event: "notice", message: notice });
      output.print(output.paint("yellow", `note: ${notice}`));
    }
    const figure = attentionFigure(translation, `“${sentence}” → “${translation.text}”`);
    if (!figure) {
      throw new HeedError(
        translation.weights === null
          ? `The model in ${model} was made with the recipe ${run.config.recipe}, which has no attention: there are no weights to draw.`
          : `The model in ${model} wrote nothing for this sentence: there are no weights to draw.`,
      );
    }
    const { text, source, tokens, weights } = translation;
    output.event({ event: "attention", text, source, target: tokens, weights });
    output.print(toTerminal(figure, { color: output.trueColor, width: output.width }));
    if (out !== undefined) {
      await saveFigure(figure, out);
      output.print(`The picture is in ${out}.`);
    }
    output.event({ event: "done", ...(out === undefined ? {} : { file: out }) });
    return 0;
  });
}
