import { expect, test } from "vitest";
import { Pace } from "./pace.js";

/** A pace with a clock that stands still until it is moved. */
function paceAt(): { pace: Pace; wait: (ms: number) => void } {
  let time = 1000;
  return {
    pace: new Pace(() => time),
    wait: (ms) => {
      time += ms;
    },
  };
}

test("what is left is the remaining steps, and validation after each remaining epoch", () => {
  const { pace, wait } = paceAt();
  pace.start({ epochs: 3, resumedAt: 0, batches: 4 });
  expect(pace.remaining).toEqual({ epochMs: null, runMs: null });
  expect(pace.tokensPerSecond).toBeNull();
  for (let batch = 1; batch <= 4; batch++) {
    wait(100);
    pace.step({ epoch: 1, batch, batches: 4, tokens: 50 });
    expect(pace.tokensPerSecond).toBeCloseTo(500);
    expect(pace.remaining.epochMs).toBeCloseTo((4 - batch) * 100);
    expect(pace.remaining.runMs).toBeCloseTo((12 - batch) * 100);
  }
  wait(1000);
  pace.epoch(1);
  expect(pace.remaining.runMs).toBeCloseTo(8 * 100 + 2 * 1000);
  wait(100);
  pace.step({ epoch: 2, batch: 1, batches: 4, tokens: 50 });
  expect(pace.remaining.epochMs).toBeCloseTo(3 * 100 + 1000);
  expect(pace.remaining.runMs).toBeCloseTo(7 * 100 + 2 * 1000);
});

test("newer steps count more, and nothing is left after the last epoch", () => {
  const { pace, wait } = paceAt();
  pace.start({ epochs: 5, resumedAt: 3, batches: 1000 });
  const run = (epoch: number, from: number, to: number, ms: number): void => {
    for (let batch = from; batch <= to; batch++) {
      wait(ms);
      pace.step({ epoch, batch, batches: 1000, tokens: 1 });
    }
  };
  run(4, 1, 500, 10);
  expect(pace.remaining.runMs).toBeCloseTo(1500 * 10);
  run(4, 501, 1000, 40);
  expect(pace.remaining.runMs! / 1000).toBeGreaterThan(39);
  pace.epoch(4);
  run(5, 1, 1000, 40);
  pace.epoch(5);
  expect(pace.remaining).toEqual({ epochMs: 0, runMs: 0 });
});
