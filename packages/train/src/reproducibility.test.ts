import { readFile } from "node:fs/promises";
import { findChromium, launchArguments } from "@heed/tooling/chromium";
import { findOwnNode } from "@heed/tooling/find-own-node";
import { callPage, visit } from "@heed/tooling/visit";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BitsOf, prepareBits } from "../testing/bits-of.js";
import { noticesAfter } from "../testing/resume-notices.js";
import type { RunBits, RunRequest } from "../testing/run-bits.js";
import { servePage } from "../testing/serve-page.js";
import { temporaryFolder } from "../testing/tiny.js";

const ownNode = findOwnNode();
const executablePath = findChromium();

let bitsOf: BitsOf;
let fused: RunBits;
let plain: RunBits;
beforeAll(async () => {
  bitsOf = await prepareBits(await temporaryFolder(afterAll));
  const [first, second] = await bitsOf([{ wasm: { threads: 1 } }, { wasm: { threads: 1, multiplyAdd: "plain" } }]);
  fused = first!;
  plain = second!;
}, 300_000);

const hashes = (all: readonly RunBits[]): string[] => all.map(({ hash }) => hash);
const plainRuns: readonly RunRequest[] = [
  { wasm: { multiplyAdd: "plain" } },
  { recipe: "transformer", wasm: { multiplyAdd: "plain" } },
  { small: true, cpu: {} },
];

/** Asks Chromium, on a page that may not share memory. */
async function inChromium(requests: readonly RunRequest[]): Promise<RunBits[]> {
  const server = await servePage("bits-page");
  const browser = await chromium.launch({ executablePath: executablePath!, args: launchArguments.nothing });
  try {
    return await visit(browser, server.address, async (page) => {
      const all: RunBits[] = [];
      for (const request of requests) all.push((await callPage(page, "runBits", request)) as RunBits);
      return all;
    });
  } finally {
    await browser.close();
    server.close();
  }
}

/** A claim of docs/reproducibility.md: its test, and whether it can run here. */
interface Claim {
  readonly runs?: boolean;
  test(): Promise<void>;
}

const same: Readonly<Record<string, Claim>> = {
  "Number of threads": {
    async test() {
      const all = await bitsOf([2, 3].map((threads) => ({ wasm: { threads } })));
      expect(all.map(({ runtime }) => runtime.threads)).toEqual([2, 3]);
      for (const { hash } of all) expect(hash).toBe(fused.hash);
    },
  },
  "Width of vectors": {
    async test() {
      const all = await bitsOf([{ wasm: { simd: "128" } }, { wasm: { simd: "256" } }]);
      expect(all.map(({ runtime }) => runtime.kernels)).toEqual(["relaxed128", "relaxed256"]);
      for (const { hash } of all) expect(hash).toBe(fused.hash);
    },
  },
  "Load of the machine": {
    // many-runs.test.ts loads the machine.
    async test() {
      for (const { hash } of await bitsOf([{ randomClock: true }, { randomClock: true }]))
        expect(hash).toBe(fused.hash);
    },
  },
  Interruptions: {
    // kill.test.ts and crash.test.ts interrupt at other moments.
    async test() {
      for (const { hash } of await bitsOf([{ pauseAt: 1 }, { pauseAt: 2 }])) expect(hash).toBe(fused.hash);
    },
  },
  "Version of Node": {
    runs: ownNode !== null,
    async test() {
      const own = await bitsOf(plainRuns, { node: ownNode! });
      expect(own[0]!.runtime.engine).not.toBe(plain.runtime.engine);
      expect(hashes(own)).toEqual(hashes(await bitsOf(plainRuns)));
    },
  },
  "Node or Chromium": {
    runs: executablePath !== null && executablePath !== undefined,
    async test() {
      const requests = [...plainRuns, {}];
      const page = await inChromium(requests);
      expect(page[3]!.runtime).toMatchObject({ engine: expect.stringContaining("Chrom"), kernels: "relaxed128" });
      expect(hashes(page)).toEqual(hashes(await bitsOf(requests)));
    },
  },
  "Extensions of the processor": {
    // Engines can be told that the processor lacks them.
    runs: process.arch === "x64",
    async test() {
      const expected = hashes(await bitsOf(plainRuns));
      for (const flags of [["--no-enable-avx2"], ["--no-enable-avx", "--no-enable-fma3"]]) {
        expect(hashes(await bitsOf(plainRuns, { flags }))).toEqual(expected);
      }
      const [narrow] = await bitsOf([{ wasm: { simd: "128" } }], { flags: ["--no-enable-avx2"] });
      expect([narrow!.runtime.kernels, narrow!.hash]).toEqual(["relaxed128", fused.hash]);
    },
  },
};

const other: Readonly<Record<string, Claim>> = {
  "Fused or plain multiply-add": {
    async test() {
      expect(plain.hash).not.toBe(fused.hash);
      expect([fused, plain].map(({ runtime }) => runtime.arithmetic)).toEqual([
        { multiplyAdd: "fused" },
        { multiplyAdd: "plain" },
      ]);
      if (process.arch !== "x64") return;
      const [without] = await bitsOf([{}], { flags: ["--no-enable-fma3"] });
      expect([without!.runtime.kernels, without!.hash]).toEqual(["plain128", plain.hash]);
    },
  },
  "The backend, and its precision": {
    async test() {
      const runs: readonly RunRequest[] = [{ cpu: {} }, { cpu: { precision: "f64" } }, { wasm: {} }];
      const all = hashes(await bitsOf(runs.map((run) => ({ ...run, small: true }))));
      expect(new Set(all).size).toBe(3);
    },
  },
  "Version of heed": {
    async test() {
      expect(await noticesAfter({ heed: "0.0.9" })).toHaveLength(1);
      expect(await noticesAfter({})).toEqual([]);
    },
  },
};

const claims = { "The same bits": same, "Other bits": other };

test("docs/reproducibility.md claims what is tested here, and nothing else", async () => {
  const page = await readFile(new URL("../../../docs/reproducibility.md", import.meta.url), "utf8");
  for (const [heading, tested] of Object.entries(claims)) {
    const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
    expect([...section.matchAll(/^\| \*\*(.+?)\*\*/gm)].map(([, claim]) => claim)).toEqual(Object.keys(tested));
  }
});

describe.each(Object.entries(claims))("%s", (_, tested) => {
  for (const [name, { runs = true, test: check }] of Object.entries(tested))
    test.runIf(runs)(name, { timeout: 300_000 }, check);
});
