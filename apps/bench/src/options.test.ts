import { describe, expect, it } from "vitest";
import { parseOptions } from "./options.js";

describe("parseOptions", () => {
  it("reads filters and peers", () => {
    expect(parseOptions(["--", "--filter", "train", "--filter", "gru", "--peers", "torch,tfjs"])).toMatchObject({
      filters: ["train", "gru"],
      peers: ["torch", "tfjs"],
      quick: false,
      simd: "auto",
    });
  });

  it("knows no peers from all peers", () => {
    expect(parseOptions(["--peers", "none"])).toMatchObject({ peers: [] });
    expect(parseOptions([])).toMatchObject({ peers: undefined });
    expect(parseOptions(["--help"])).toBe("help");
  });

  it("refuses what it does not know", () => {
    expect(() => parseOptions(["--fliter", "x"])).toThrow("--fliter");
    expect(() => parseOptions(["--simd", "512"])).toThrow("auto, 128 or 256; got 512");
    expect(() => parseOptions(["--gpu", "nvidia"])).toThrow("hardware or software; got nvidia");
    expect(() => parseOptions(["--rounds", "0"])).toThrow("at least 1; got 0");
  });
});
