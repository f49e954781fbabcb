import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findChromium } from "@heed/tooling/chromium";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli, temporaryFolder } from "../testing/run-cli.js";
import { tinyTask, trainOn, writeCorpus } from "../testing/tiny-run.js";

const folder = await temporaryFolder(afterAll);
const place = (name: string): string => join(folder, name);
const cpu = ["--backend", "cpu"];
const call = (out: string, ...more: string[]): string[] => [
  "train",
  "copy",
  ...tinyTask,
  ...cpu,
  "--out",
  out,
  ...more,
];
const page = (run: string): Promise<string> => readFile(join(run, "report.html"), "utf8");

/** The text of a page, without its markup. */
const textOf = (html: string): string =>
  html
    .replace(/<(style|script|svg)[\s\S]*?<\/\1>/g, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");

describe("the report of a run", () => {
  const out = place("run");
  beforeAll(async () => {
    expect((await runCli(call(out, "--set", "data.test=8"))).stderr).toBe("");
  }, 60_000);

  it("is a page of curves, examples with heatmaps, data, configuration, machine and time, that loads nothing", async () => {
    const html = await page(out);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"`);
    expect(html).not.toMatch(/\s(?:src|href)="(?!#)|@import|url\((?!#)|<iframe|<link/);
    const text = textOf(html);
    expect(text).toContain("heed: copy, additive scorer Training is complete: 2 of 2 epochs.");
    for (const heading of ["Result", "Training", "Examples", "Data", "Configuration", "Machine and time"]) {
      expect(html).toMatch(new RegExp(`<h2 id="s\\d">${heading}</h2>`));
    }
    for (const title of ["Loss by epoch", "Token accuracy by epoch", "Length of the training sentences"]) {
      expect(html).toContain(`<title>${title}</title>`);
    }
    expect(html.match(/<title>Where each output token looks<\/title>/g)).toHaveLength(6);
    expect(text).toMatch(/The best model on the 8 test pairs: measure value loss \d/);
    expect(text).toContain("vocabulary 11 tokens, shared by source and target");
    expect(text).toMatch(/training source 64 \d+ \d\.\d 5 0\.0 %/);
    expect(html).toContain("\n  hiddenSize: 8\n");
    expect(text).toMatch(/largest memory \(RSS\) [\d,]+ MiB/);
    expect(text).toMatch(/0–4 [\d,]+ cpu: .*, 1 thread .* heed 0\.1\.0, Node \d+/);
  });

  it("is written again by heed report, with the same content, or into another file", async () => {
    const before = await page(out);
    await rm(join(out, "report.html"));
    const again = await runCli(["report", out, ...cpu]);
    expect(again).toMatchObject({ code: 0, stderr: "", stdout: `The report is in ${join(out, "report.html")}.\n` });
    expect(await page(out)).toBe(before);
    const other = await runCli(["report", out, ...cpu, "--out", place("other.html"), "--json"]);
    expect(other.events()).toEqual([{ event: "done", file: place("other.html") }]);
    expect(await readFile(place("other.html"), "utf8")).toBe(before);
    const wrong = await runCli(["report", out, ...cpu, "--out", place("other.pdf")]);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("must be a file name that ends in .html") });
    const file = await runCli(["report", place("other.html"), ...cpu]);
    expect(file).toMatchObject({ code: 1, stderr: expect.stringContaining("is not a run folder: it is a file") });
  });

  it("says what is missing when report.json is not there, or not what heed writes", async () => {
    const copy = place("without");
    await runCli(call(copy, "--quiet"));
    const good = await readFile(join(copy, "report.json"), "utf8");
    await rm(join(copy, "report.json"));
    expect((await runCli(["report", copy, ...cpu])).stdout).not.toContain("note:");
    expect(textOf(await page(copy))).toContain(
      "The run has no report.json, which heed train writes, so this is unknown.",
    );
    for (const bad of ["{", good.replace('"version":1', '"version":2'), good.replace('"threads":1', '"threads":-1')]) {
      await writeFile(join(copy, "report.json"), bad);
      const { code, stdout } = await runCli(["report", copy, ...cpu]);
      expect([code, stdout]).toEqual([
        0,
        expect.stringMatching(/^note: .*report\.json (?:is damaged|cannot be read): /),
      ]);
    }
    expect(textOf(await page(copy))).toContain("sessions.0.threads is not what heed writes");
    await writeFile(join(copy, "report.json"), " ".repeat(2 ** 20 + 1));
    expect((await runCli(["report", copy, ...cpu])).stdout).toContain("report.json");
  });

  it("is written after an interruption, also before the first epoch, and lists each session", async () => {
    const stopped = place("stopped");
    const { stdout } = await runCli(call(stopped), { interruptAt: /epoch +train loss/, signal: "SIGTERM" });
    expect(stdout).toContain(`The report of the training so far is in ${join(stopped, "report.html")}.`);
    const first = textOf(await page(stopped));
    expect(first).toContain("Training was interrupted after 0 of 2 epochs; it can be resumed.");
    expect(first).toContain("No epoch is complete yet.");
    expect((await runCli(["report", stopped, ...cpu])).code).toBe(0);
    await runCli(["train", "--out", stopped, "--resume", ...cpu]);
    const facts = JSON.parse(await readFile(join(stopped, "report.json"), "utf8")) as { sessions: unknown[] };
    expect(facts.sessions).toMatchObject([
      { fromStep: 0, toStep: 1 },
      { fromStep: 1, toStep: 4 },
    ]);
    expect(textOf(await page(stopped))).toContain("Training is complete: 2 of 2 epochs.");
  });

  it("says how to write it when a signal comes after the last step", async () => {
    const late = place("late");
    const { stdout } = await runCli(call(late), { interruptAt: /^ +2\/2 /m });
    expect(stdout).toContain(`To write the report:\n  heed report ${late}\n`);
  });

  it("describes a new run in the folder, not the one that it replaces", async () => {
    const twice = place("twice");
    await runCli(call(twice));
    await runCli([...call(twice, "--overwrite"), "--set", "data.train=32"], { interruptAt: /epoch +train loss/ });
    expect(textOf(await page(twice))).toMatch(/training source 32 /);
  });
});

const executablePath = findChromium();

describe("the words of the data in a report", () => {
  it("are escaped, counted, and shown in Chromium without a request", async () => {
    const corpus = place("hostile");
    const evil = "<img></script>\u202e";
    await mkdir(corpus);
    const paths = await writeCorpus(corpus, (sources, targets) => {
      for (const lines of [sources, targets]) {
        for (const [i, line] of lines.entries()) lines[i] = `${line} ${evil} x${i}`;
      }
    });
    const out = place("hostile-run");
    const set = ["--set", "data.sourceTokenizer.minFrequency=2", "--set", "data.targetTokenizer.minFrequency=2"];
    expect((await trainOn(paths, out, ...set, ...cpu)).stderr).toBe("");
    const html = await page(out);
    expect(html).not.toMatch(/<img|\u202e/);
    expect(html.match(/<\/script/gi)).toHaveLength(1);
    // Each sentence ends in a word that occurs once.
    expect(textOf(html)).toMatch(/training source 38 \d+ \d+\.\d \d+ 1?\d\.\d %/);
    if (executablePath === null) return;
    const { chromium } = await import("playwright-core");
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
    try {
      const page = { colorScheme: "dark", viewport: { width: 360, height: 700 }, offline: true } as const;
      const tab = await (await browser.newContext(page)).newPage();
      const faults: string[] = [];
      tab.on("pageerror", ({ message }) => faults.push(message));
      tab.on("console", (message) => faults.push(message.text()));
      tab.on("request", (request) => faults.push(request.url()));
      await tab.setContent(html);
      expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
      expect(await tab.locator("section svg").count()).toBeGreaterThan(5);
      expect(faults).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
