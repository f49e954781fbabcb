import { expect, test } from "vitest";
import { type SamplingOptions, samplingRate } from "./sampling-rate.js";

const rates = (
  samplingSchedule: SamplingOptions["samplingSchedule"],
  samplingSteps: number,
  steps: number[],
): number[] => steps.map((step) => samplingRate({ scheduledSampling: 0.5, samplingSchedule, samplingSteps }, step));

test("linear: reaches the largest probability after samplingSteps steps", () => {
  expect(rates("linear", 100, [1, 51, 101, 1000])).toEqual([0, 0.25, 0.5, 0.5]);
});

test("exponential: the probability of a target token is kⁱ", () => {
  const k = Math.exp(-1 / 100);
  for (const [i, rate] of rates("exponential", 100, [1, 2, 101]).entries()) {
    expect(rate).toBeCloseTo(0.5 * (1 - k ** [0, 1, 100][i]!), 12);
  }
});

test("inverse-sigmoid: the probability of a target token is k / (k + exp(i / k))", () => {
  for (const [n, rate] of rates("inverse-sigmoid", 20, [1, 61, 500]).entries()) {
    expect(rate).toBeCloseTo(0.5 * (1 - 20 / (20 + Math.exp([0, 60, 499][n]! / 20))), 12);
  }
});

test("without scheduled sampling it is 0", () => {
  expect(samplingRate({ scheduledSampling: 0, samplingSchedule: "inverse-sigmoid", samplingSteps: 1 }, 9)).toBe(0);
});
