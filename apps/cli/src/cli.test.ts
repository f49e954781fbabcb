import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { exitCodeMeanings, exitCodes } from "./exit-codes.js";
import { runCli, temporaryFolder } from "./testing/run-cli.js";
import { tinyTask } from "./testing/tiny-run.js";

const folder = await temporaryFolder(afterAll);
const ESCAPE = "\u001b";

describe("heed", () => {
  it("shows its help when called with nothing", async () => {
    const { code, stdout, stderr } = await runCli([]);
    expect(code).toBe(0);
    for (const command of ["train", "translate", "evaluate", "attend", "scorers", "recipes", "doctor"]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
    }
    expect(stderr).toBe("");
  });

  it("lists its exit codes in its help", async () => {
    const { stdout } = await runCli(["--help"]);
    for (const [code, meaning] of exitCodeMeanings) {
      expect(stdout.replace(/\s+/g, " ")).toContain(` ${code} ${meaning}`);
    }
    expect(exitCodeMeanings.map(([code]) => code)).toEqual(Object.values(exitCodes));
  });

  it("lists the recipes in the help of train", async () => {
    const { stdout } = await runCli(["train", "--help"]);
    expect(stdout).toMatch(/^ {2}copy +\S/m);
    expect(stdout).toMatch(/--resume/);
  });

  it("prints its version", async () => {
    expect((await runCli(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });

  it.each([
    [["train", "copy", "--out", ""], /'-o, --out <folder>' must have a value, got an empty text\./],
    [["train", "copy", "--set", "training.epochs=0"], /--set training\.epochs must be/],
    [["trian"], /Unknown command 'trian'\. Did you mean train\?/],
    [["train", "copy", "--ot", "x"], /Unknown option '--ot'\. Did you mean --out\?/],
    [["train", "copy", "--threads", "0"], /'0' is invalid\. A whole number of at least 1 was expected\./],
    [["train", "copy", "--seed", "1.5"], /'1\.5' is invalid/],
    [["train", "copy", "--backend", "cuda"], /There is no backend "cuda"\. Known: wasm, cpu, .*gpu\. Or auto/],
    [
      ["train", "copy", "--backend", "gpu", "--threads", "2"],
      /The gpu backend has no threads to choose: leave out --threads 2\./,
    ],
    [["train", "copy", "--backend", "cpu", "--threads", "2"], /--threads 2/],
    [["train", "copy", "--resume", "--overwrite"], /'--overwrite' cannot be used with option '--resume'/],
    [["train"], /Say what to train: a recipe \(.*copy.*\) or a configuration file/],
    [["train", "--resume"], /--resume continues a run: name its folder with --out\./],
    [["translate"], /Required option '-m, --model <folders>' not specified\. See --help\./],
    [["attend", "--model", "x"], /Missing required argument 'sentence'/],
    [["attend", "a b", "--model", "x", "--out", "a.gif"], /--out a\.gif: .* \.svg, \.png or \.html/],
    [["attend", " ", "--model", "x"], /The sentence is empty/],
    [["scorers", "more"], /Too many arguments|Expected 0 arguments/],
  ])("calls %j wrong usage", async (argv, message) => {
    const { code, stdout, stderr } = await runCli(argv);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: [^\n]*\n$/);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  it("tells an error as the last event, too, with --json", async () => {
    const { code, events, stderr } = await runCli(["train", "cpoy", "--json"]);
    expect(code).toBe(2);
    expect(events()).toEqual([{ event: "error", message: expect.stringMatching(/Did you mean "copy"\?/) }]);
    expect(stderr).toMatch(/Did you mean "copy"\?/);
  });

  it("says as it is why there is no graphics card, and takes nothing in its place", async () => {
    const [doctor] = (await runCli(["doctor", "--json"])).events();
    const backends = (doctor?.backends ?? []) as { name: string; why?: string }[];
    const gpu = backends.find(({ name }) => name === "gpu");
    const call = ["train", "copy", ...tinyTask, "--out", join(folder, "gpu"), "--backend", "gpu"];
    const { code, stdout, stderr } = await runCli(call);
    if (gpu?.why === undefined) expect([code, stdout]).toEqual([0, expect.stringMatching(/^backend +gpu: /m)]);
    else expect([code, stdout, stderr]).toEqual([1, "", `error: ${gpu.why}\n`]);
  });

  it("shows where in the program an error arose only when asked to", async () => {
    expect((await runCli(["train", "cpoy"])).stderr).not.toMatch(/\n\s+at /);
    expect((await runCli(["train", "cpoy"], { env: { HEED_DEBUG: "1" } })).stderr).toMatch(/\n\s+at /);
  });
});

describe("heed scorers", () => {
  it("is a table that fits the terminal", async () => {
    const { code, stdout } = await runCli(["scorers"], { tty: true, columns: 90, env: { NO_COLOR: "1" } });
    expect(code).toBe(0);
    // W and U are 128 × 128, v has 128 entries.
    expect(stdout).toMatch(/^additive +32,896 +vᵀ tanh\(W s \+ U h\) — Bahdanau/m);
    expect(stdout).toMatch(/^location-sensitive +[\d,]+ +positions, history /m);
    expect(stdout).toMatch(/^multi-head +[\d,]+ +heads /m);
    expect(stdout).toMatch(/^sparsemax +\S/m);
    expect(stdout).toMatch(/^window +.* \(by default radius 5\)$/m);
    const lines = stdout.split("\n").filter((line) => !line.startsWith("Use them:"));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(90);
  });

  it("colours its headings in a terminal, and nothing elsewhere", async () => {
    expect((await runCli(["scorers"], { tty: true })).stdout).toContain(ESCAPE);
    expect((await runCli(["scorers"], { tty: true, env: { NO_COLOR: "1" } })).stdout).not.toContain(ESCAPE);
    expect((await runCli(["scorers"])).stdout).not.toContain(ESCAPE);
  });

  it("is one event a scorer, normalizer and mask with --json", async () => {
    const events = (await runCli(["scorers", "--json"])).events();
    expect(events).toContainEqual({
      event: "scorer",
      name: "additive",
      aliases: expect.arrayContaining(["bahdanau"]),
      shapes: "b q dq, b k dk -> b q k",
      formula: "vᵀ tanh(W s + U h)",
      reference: expect.stringContaining("Bahdanau"),
      parameters: 2 * 128 * 128 + 128,
      shapesOfParameters: { W: [128, 128], U: [128, 128], v: [128] },
      positional: false,
      history: false,
      heads: false,
    });
    expect(events).toContainEqual(expect.objectContaining({ event: "normalizer", name: "softmax", sumsToOne: true }));
    expect(events).toContainEqual(expect.objectContaining({ event: "mask", name: "window", options: { radius: 5 } }));
    const { scorers, normalizers, masks } = events.at(-1) as Record<string, number>;
    expect((scorers ?? 0) + (normalizers ?? 0) + (masks ?? 0)).toBe(events.length - 1);
  });
});

describe("processes of a launcher", () => {
  it("report wrong arguments once", async () => {
    const argv = ["train", "copy", "--ot", "x"];
    const ranks = ["0", "1"].map((rank) => runCli(argv, { env: { PMI_RANK: rank, PMI_SIZE: "2" } }));
    const [first, second] = await Promise.all(ranks);
    expect(first).toMatchObject({ code: 2, stderr: expect.stringContaining("Unknown option '--ot'") });
    expect(second).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });
});

describe("heed recipes", () => {
  it("names every recipe with what it is", async () => {
    const { stdout } = await runCli(["recipes"]);
    expect(stdout).toMatch(/^fixed-context +\S/m);
    const events = (await runCli(["recipes", "--json"])).events();
    expect(events[0]).toMatchObject({ event: "recipe", name: expect.any(String), summary: expect.any(String) });
    expect(events.at(-1)).toMatchObject({ event: "done" });
  });
});

describe("heed doctor", () => {
  it("says what runs here", async () => {
    const { stdout } = await runCli(["doctor"]);
    expect(stdout).toContain(process.versions.node);
    expect(stdout).toMatch(/^WebAssembly SIMD +yes$/m);
    expect(stdout).toMatch(/^backend wasm +yes: wasm: .*\bsimd (128|256)\b/m);
    expect(stdout).toMatch(/^backend cpu +yes: cpu: /m);
    expect(stdout).toMatch(/^backend gpu +(yes: gpu: .*\bmode \w+|no: gpu: \S)/m);
    expect(stdout).toMatch(/^auto takes +wasm$/m);
    const [done] = (await runCli(["doctor", "--json"])).events();
    expect(done).toMatchObject({ event: "done", node: process.versions.node, wasm: { simd: true, threads: true } });
  });
});
