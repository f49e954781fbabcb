import { dirname } from "node:path";
import { HeedError } from "@heed/core";
import { attend, describeUnknown } from "@heed/train";
import { assertWritableFolder } from "@heed/train/node";
import { type Figure, toTerminal } from "@heed/viz";
import { type AttentionChoice, isPage } from "../attention-choice.js";
import { defaultPage, viewFigure, viewPage } from "../attention-view.js";
import { beamTree } from "../beam-tree.js";
import type { Context } from "../context.js";
import { nameOf } from "../report/examples.js";
import { type PictureOptions, readFonts, savePicture } from "../save-picture.js";
import { asUsageError, type SearchArguments, searchSettings } from "../search-arguments.js";
import { UsageError } from "../usage-error.js";
import { type ModelOptions, withRun } from "../with-run.js";

/** The options of `heed attend`. */
export interface AttendOptions extends ModelOptions, AttentionChoice, SearchArguments, PictureOptions {
  /** Which hypothesis of the beam is shown, from 1; default: the best. */
  readonly hypothesis?: number;
  readonly out?: string;
}

/** `heed attend`: where each word that the model writes looks in the sentence. */
export async function attendCommand(sentence: string, options: AttendOptions, context: Context): Promise<number> {
  const { output } = context;
  const { out, model, view, kind, layer, head, scale, theme, background } = options;
  checkOptions(options);
  const { hypothesis } = options;
  const search = searchSettings({ ...options, ...(hypothesis !== undefined && { nBest: hypothesis }) });
  if (sentence.trim() === "") throw new UsageError("The sentence is empty: there is nothing to look at.");
  const fonts = await readFonts(options.font);
  if (out !== undefined) await assertWritableFolder(dirname(out));
  return withRun(options, context, async (run) => {
    const attended = await attend(run, sentence, { ...search, hypothesis, trace: view === "tree" }).catch(
      (error: unknown) => {
        throw asUsageError(error);
      },
    );
    const { text, source, tokens, weights, maps, hypotheses } = attended;
    if (maps.length === 0 && view !== "tree") {
      throw new HeedError(
        weights === null && source.length > 0
          ? `The model in ${model} was made with the recipe ${run.config.recipe}, which has no attention: there are no weights to draw.`
          : `The model in ${model} wrote nothing for this sentence: there are no weights to draw.`,
      );
    }
    const title = `${nameOf(run.config)}: “${sentence}” → “${text}”`;
    const place = { ...(kind && { kind }), ...(layer && { layer }), ...(head && { head }), ...(scale && { scale }) };
    // What a page shows is shown in the terminal as it would be without one.
    const figure =
      view === "tree"
        ? beamTree(attended, hypothesis, title)
        : viewFigure(attended, view === undefined || isPage(view) ? place : { ...place, view }, title);
    for (const notice of [...attended.notices, ...describeUnknown([attended])]) {
      output.event({ event: "notice", message: notice });
      output.print(output.paint("yellow", `note: ${notice}`));
    }
    const shown = maps.map((map) => ({ ...map, layer: map.layer + 1 }));
    const found = hypotheses.map(({ text, tokens, score, logProb }) => ({ text, tokens, score, logProb }));
    output.event({ event: "attention", text, source, target: tokens, weights, maps: shown, hypotheses: found });
    output.print(toTerminal(figure, { color: output.trueColor, width: output.width }));
    if (scale === undefined && isFaint(figure)) {
      output.print("note: every weight is below 0.4; --scale data spreads the colours up to the largest.");
    }
    if (out !== undefined) {
      // `--head` draws a picture of one head, not a page.
      const page = isHtml(out) && head === undefined && view === undefined ? defaultPage(attended) : view;
      const drawn = isPage(page) ? viewPage(attended, { ...place, view: page }, title) : figure;
      await savePicture(drawn, out, output, { ...(theme && { theme }), ...(background && { background }), fonts });
      output.print(isPage(page) ? `Open ${out} in a browser.` : `The picture is in ${out}.`);
    }
    output.event({ event: "done", ...(out === undefined ? {} : { file: out }) });
    return 0;
  });
}

/** @throws UsageError where a file cannot hold what is asked for */
function checkOptions({ out, view, head, layer, kind, beam, hypothesis }: AttendOptions): void {
  if (beam === undefined && view === "tree") throw new UsageError("--view tree shows a beam: add --beam 5.");
  if (hypothesis !== undefined && hypothesis > (beam ?? 1)) {
    throw new UsageError(
      `--hypothesis must be at most --beam, which is ${beam ?? "not given"}, got ${hypothesis}. Use a larger beam.`,
    );
  }
  if (out !== undefined && !/\.(svg|png|html)$/i.test(out)) {
    throw new UsageError(`--out ${out}: the name of a picture ends in .svg, .png or .html.`);
  }
  if (isPage(view) && !(out !== undefined && isHtml(out))) {
    throw new UsageError(`--view ${view} is a page for a browser: name its file, such as --out attention.html.`);
  }
  if (view === "heads" && head !== undefined) {
    throw new UsageError(`--view heads shows all heads: leave out --head ${head}.`);
  }
  const chosen = Object.entries({ kind, layer, head }).find(([, value]) => value !== undefined);
  if (view === "tree" && chosen) {
    throw new UsageError(`--view tree shows no attention: leave out --${chosen[0]} ${chosen[1]}.`);
  }
  if (view === "layers" && chosen) {
    throw new UsageError(`--view layers shows all layers and heads: leave out --${chosen[0]} ${chosen[1]}.`);
  }
}

/** Whether the scale of colours up to 1 leaves a picture nearly blank. */
function isFaint(figure: Figure): boolean {
  const maps = figure.kind === "heatmap" ? [figure] : figure.kind === "heatmap-grid" ? figure.maps : [];
  return maps.length > 0 && maps.every(({ weights }) => weights.every((row) => row.every((weight) => weight < 0.4)));
}

function isHtml(path: string): boolean {
  return /\.html$/i.test(path);
}
