import { readFile } from "node:fs/promises";
import { HeedError } from "@heed/core";
import * as z from "zod/mini";
import { replaceFile } from "../replace-file.js";

const seconds = z.number().check(z.minimum(0));

const sittingSchema = z.strictObject({
  startedAt: z.string(),
  wallSeconds: seconds,
  cpuSeconds: seconds,
  peakMemoryBytes: z.number(),
});

const courseSchema = z.strictObject({ step: z.number(), measures: z.record(z.string(), z.number()) });

const progressSchema = z.strictObject({ sittings: z.array(sittingSchema), course: z.array(courseSchema) });

/** What one call of the command took. */
export type Sitting = z.infer<typeof sittingSchema>;

/** The measures on validation data after a step of the training. */
export type CoursePoint = z.infer<typeof courseSchema>;

/** What all calls together took. */
export interface Cost {
  readonly sittings: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryBytes: number;
}

/**
 * Counts time and memory over the calls of the command that a result takes. Each call adds a sitting to the file; a process
 * that is killed loses what it took after the last {@link Sittings.save}.
 */
export class Sittings {
  readonly #file: string;
  readonly #earlier: readonly Sitting[];
  readonly #course: CoursePoint[];
  readonly #startedAt = new Date().toISOString();
  readonly #wall = performance.now();
  readonly #cpu = process.cpuUsage();

  private constructor(file: string, earlier: readonly Sitting[], course: readonly CoursePoint[]) {
    this.#file = file;
    this.#earlier = earlier;
    this.#course = [...course];
  }

  /**
   * Begins a sitting.
   * @throws HeedError when the file is damaged
   */
  static async open(file: string): Promise<Sittings> {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (text === null) return new Sittings(file, [], []);
    try {
      const { sittings, course } = z.parse(progressSchema, JSON.parse(text));
      return new Sittings(file, sittings, course);
    } catch (error) {
      throw new HeedError(`${file} must contain sittings and course as JSON, got another text. Remove its folder.`, {
        cause: error,
      });
    }
  }

  /** The measures so far, by step. */
  get course(): readonly CoursePoint[] {
    return this.#course;
  }

  /** Adds measures; a step that is repeated after a resume replaces the one before. */
  addPoint(point: CoursePoint): void {
    const later = this.#course.findIndex(({ step }) => step >= point.step);
    if (later >= 0) this.#course.length = later;
    this.#course.push(point);
  }

  /** The cost of all sittings until now. */
  get cost(): Cost {
    const all = [...this.#earlier, this.#sitting()];
    const sum = (of: (sitting: Sitting) => number): number => all.reduce((total, sitting) => total + of(sitting), 0);
    return {
      sittings: all.length,
      wallSeconds: sum(({ wallSeconds }) => wallSeconds),
      cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
      peakMemoryBytes: Math.max(...all.map(({ peakMemoryBytes }) => peakMemoryBytes)),
    };
  }

  /** Writes all sittings with this one. */
  async save(): Promise<void> {
    const content = { sittings: [...this.#earlier, this.#sitting()], course: this.#course };
    await replaceFile(this.#file, `${JSON.stringify(content, null, 1)}\n`);
  }

  #sitting(): Sitting {
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      startedAt: this.#startedAt,
      wallSeconds: (performance.now() - this.#wall) / 1000,
      cpuSeconds: (user + system) / 1e6,
      // In kibibytes.
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    };
  }
}
