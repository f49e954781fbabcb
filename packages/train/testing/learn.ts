import { wasm } from "@heed/backend-wasm";
import { type Backend, use } from "@heed/tensor";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { RunConfig } from "../src/config/run-config.js";
import { train } from "../src/node.js";
import type { TrainResult } from "../src/train.js";
import type { Lesson, LessonTask } from "./lessons.js";

/**
 * Runs the tests of a file on the fast backend, with one thread: files run side by side. A lesson may take far longer than
 * it needs on an idle machine.
 */
export function useFastBackend(): void {
  vi.setConfig({ testTimeout: 600_000 });
  let backend: Backend;
  beforeAll(async () => {
    backend = await use(wasm({ threads: 1 }));
  });
  afterAll(() => backend.close?.());
}

/** Trains a configuration from start to end. */
export async function learn(config: RunConfig): Promise<Pick<TrainResult, "history" | "done">> {
  const { history, done, model } = await train({ config });
  model.dispose();
  return { history, done };
}

/**
 * Tests that every lesson is learned. Copying: at least 99 % of the validation tokens are right under teacher forcing.
 * Reversing 3 to 10 letters: at least 98 % of the validation sequences are written right by greedy decoding.
 */
export function testLessons(who: string, lessons: (task: LessonTask) => Lesson[]): void {
  describe(`every ${who} learns`, () => {
    test.each(lessons("copy"))("to copy: $name", async ({ config }) => {
      const { history } = await learn(config);
      expect(history.at(-1)!.validAccuracy).toBeGreaterThanOrEqual(0.99);
    });

    test.each(lessons("reverse"))("to reverse: $name", async ({ config }) => {
      const { done } = await learn(config);
      expect(done.sequenceAccuracy).toBeGreaterThanOrEqual(0.98);
    });
  });
}
