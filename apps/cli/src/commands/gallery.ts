import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { use } from "@heed/tensor";
import { attend, catalogOf } from "@heed/train";
import { assertWritableFolder } from "@heed/train/node";
import { saveFigure } from "@heed/viz/node";
import { viewFigure } from "../attention-view.js";
import { chooseBackend } from "../backends.js";
import { pad } from "../columns.js";
import type { Context } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { attending } from "../experiments/contestant.js";
import { type Terms, trainModel } from "../experiments/train-model.js";
import { duration, percent } from "../format.js";
import { attentionCost } from "../gallery/attention-cost.js";
import { type Exhibit, galleryPage } from "../gallery/gallery-page.js";
import { Interrupted, type StopSignal } from "../on-interrupt.js";
import { loadPlugins, type PluginArguments } from "../plugins/load-plugins.js";
import { replaceFile } from "../replace-file.js";
import { scorerFacts } from "../scorer-facts.js";
import { UsageError } from "../usage-error.js";

/** The options of `heed gallery`. */
export interface GalleryOptions extends PluginArguments {
  readonly out: string;
  readonly quick?: boolean;
  readonly backend: string;
  readonly threads?: number;
}

const sentence = "c a f b h e g";

/** `heed gallery`: a page that shows every scorer: formula, parameters, a picture, and what it costs. */
export async function galleryCommand({ out, quick, ...options }: GalleryOptions, context: Context): Promise<number> {
  const { io, output } = context;
  if (!/\.md$/i.test(out)) throw new UsageError(`--out ${out}: the name of the page ends in .md.`);
  const { plugins } = await loadPlugins(options);
  const catalog = catalogOf(plugins);
  const pictures = join(dirname(out), basename(out).replace(/\.md$/i, ""));
  await assertWritableFolder(pictures);
  const { backend } = await chooseBackend(options, plugins);
  await use(backend);
  const stopping = new AbortController();
  let stoppedBy: StopSignal = "SIGINT";
  const stopListening = io.onInterrupt((signal) => {
    stoppedBy = signal;
    stopping.abort();
  });
  const terms = quick ? quickTerms : fullTerms;
  try {
    const exhibits: Exhibit[] = [];
    for (const scorer of catalog.scorers) {
      const watch = { signal: stopping.signal, begin() {}, progress() {}, end() {} };
      const { run, durationMs } = await trainModel(attending(scorer), { ...terms, plugins }, watch);
      const attended = await attend(run, quick ? "a b" : sentence);
      run.model.dispose();
      const picture = `${scorer.name}.svg`;
      if (attended.maps.length > 0) await saveFigure(viewFigure(attended, {}, scorer.name), join(pictures, picture));
      const accuracy = run.done.sequenceAccuracy ?? 0;
      exhibits.push({
        ...{ facts: scorerFacts(scorer), cost: await attentionCost(scorer, backend), accuracy },
        ...{ picture: `${basename(pictures)}/${picture}`, written: attended.text },
      });
      output.print(`${pad(scorer.name, 20)}  ${percent(accuracy)} right  (${duration(durationMs)})`);
      output.event({ event: "exhibit", scorer: scorer.name, accuracy, file: join(pictures, picture) });
    }
    const { data, model, training } = terms;
    const page = await galleryPage(exhibits, catalog, {
      command: "heed gallery",
      sentence,
      training: `The models differ in the scorer alone: recipe bahdanau, ${String(data.task)} task with ${String(data.symbols)} symbols, ${String(data.train)} pairs, ${training.epochs} epochs, hidden size ${String(model.hiddenSize)}.`,
    });
    await mkdir(dirname(out), { recursive: true });
    await replaceFile(out, page);
    output.print(`The page is in ${out}, its pictures are in ${pictures}.`);
    output.event({ event: "done", file: out, pictures, scorers: exhibits.length });
    return 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    output.print("Stopped: the page was not written.");
    output.event({ event: "done", interrupted: true });
    return exitCodes[stoppedBy];
  } finally {
    stopListening();
    await backend.close?.();
  }
}

const fullTerms: Terms = {
  seed: 0,
  model: { embeddingSize: 32, hiddenSize: 64, dropout: 0 },
  data: { task: "copy", symbols: 8, minLength: 3, maxLength: 7, train: 2000, validation: 200 },
  training: { epochs: 12, batchSize: 32, learningRate: 4e-3, schedule: "linear", clipNorm: 1 },
};

const quickTerms: Terms = {
  seed: 0,
  model: { embeddingSize: 8, hiddenSize: 8, dropout: 0 },
  data: { task: "copy", symbols: 3, minLength: 1, maxLength: 3, train: 32, validation: 8 },
  training: { epochs: 1, batchSize: 32, learningRate: 4e-3 },
};
