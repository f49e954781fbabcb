import { describe, expect, it } from "vitest";
import { count, decimal, duration, percent, plural, shellArgument, shortDuration } from "./format.js";

describe("numbers as a person reads them", () => {
  it("counts", () => {
    expect([count(59595), plural(1, "thread"), plural(2000, "pair")]).toEqual(["59,595", "1 thread", "2,000 pairs"]);
  });

  it("calls nothing but all of it 100 %", () => {
    expect([percent(0), percent(0.5), percent(0.9999), percent(1)]).toEqual(["0.0 %", "50.0 %", "99.9 %", "100.0 %"]);
  });

  it("keeps large numbers short", () => {
    expect([decimal(0.00561), decimal(12.5, 2), decimal(1.5e29)]).toEqual(["0.0056", "12.50", "1.500e+29"]);
  });

  it("says how long", () => {
    expect([duration(320), duration(4249), duration(59_990), duration(200_000)]).toEqual([
      "320 ms",
      "4.2 s",
      "1 min 0 s",
      "3 min 20 s",
    ]);
    const times = [72, 4249, 59_990, 200_000, 7_080_000, 172_800_000 + 3 * 3_600_000];
    expect(times.map(shortDuration)).toEqual(["72ms", "4.2s", "1m00s", "3m20s", "1h58m", "2d3h"]);
  });
});

describe("shellArgument", () => {
  it("quotes what a shell would take apart", () => {
    expect(shellArgument("runs/copy-2")).toBe("runs/copy-2");
    expect(shellArgument("a b")).toBe("'a b'");
    expect(shellArgument("it's")).toBe("'it'\\''s'");
  });
});
