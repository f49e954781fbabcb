import { arch, availableParallelism, cpus, release, totalmem, type } from "node:os";
import type { StartEvent, Started, TrainEvent } from "@heed/train";
import { peakMemoryMiB } from "../progress/memory-use.js";
import { version } from "../version.js";
import { dataStatistics } from "./data-statistics.js";
import { spread } from "./examples.js";
import { type ReportFacts, readFacts, resultOf, shortSamples, writeFacts } from "./report-facts.js";

/** Validation sentences that a report shows. */
const EXAMPLES = 6;
const NOTICES = 100;
const SESSIONS = 1000;

/**
 * Collects what the report of a training shows besides the other files of the run, and writes it into the run folder: at the
 * first step, after each epoch, and at the end.
 */
export class FactsRecorder {
  readonly #folder: string;
  readonly #now: () => Date;
  #facts: ReportFacts | undefined;
  #isWritten = false;

  constructor(folder: string, now: () => Date = () => new Date()) {
    this.#folder = folder;
    this.#now = now;
  }

  /** Null before the training has started. */
  get facts(): ReportFacts | null {
    return this.#facts ?? null;
  }

  readonly listen = async (event: TrainEvent): Promise<void> => {
    if (event.event === "start") this.#facts = await this.#start(event);
    const facts = this.#facts;
    if (!facts) return;
    if (event.event === "notice" && facts.notices.length < NOTICES) facts.notices.push(event.message.slice(0, 10_000));
    const session = facts.sessions.at(-1);
    if (!session) return;
    if (event.event === "step") {
      session.toStep = event.step;
      if (this.#isWritten) return;
    } else if (event.event === "done") facts.result = resultOf(event);
    else if (event.event !== "epoch") return;
    session.ended = this.#now().toISOString();
    session.peakMiB = peakMemoryMiB();
    // Before the first step there is no run folder.
    if (session.toStep === 0) return;
    this.#isWritten = true;
    await writeFacts(this.#folder, facts);
  };

  async #start(event: StartEvent & Started): Promise<ReportFacts> {
    const before = event.resumedStep > 0 ? await readFacts(this.#folder) : null;
    const earlier = before === null || typeof before === "string" ? [] : before.sessions;
    const time = this.#now().toISOString();
    const session = {
      ...{ started: time, ended: time, fromStep: event.resumedStep, toStep: event.resumedStep },
      ...{ heed: version, engine: `Node ${process.versions.node}` },
      ...{ backend: `${event.backend.backend}: ${event.backend.device}`, threads: event.backend.threads },
      cpu: cpus()[0]?.model.trim() ?? "unknown",
      cores: availableParallelism(),
      memoryMiB: Math.round(totalmem() / 2 ** 20),
      system: `${type()} ${release()} ${arch()}`,
      peakMiB: peakMemoryMiB(),
    };
    return {
      format: "heed-report",
      version: 1,
      sessions: [...earlier, session].slice(-SESSIONS),
      notices: [],
      data: dataStatistics(event.data),
      examples: shortSamples(spread(event.data.validationText, EXAMPLES)),
      result: null,
    };
  }
}
