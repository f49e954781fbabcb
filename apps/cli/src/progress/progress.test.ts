import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { runCli, temporaryFolder } from "../testing/run-cli.js";
import { tinyTask, trainOn, writeCorpus } from "../testing/tiny-run.js";

const folder = await temporaryFolder(afterAll);
const place = (name: string): string => join(folder, name);
const call = (out: string, ...more: string[]): string[] => ["train", "copy", ...tinyTask, "--out", out, ...more];

describe("heed train", () => {
  it("says in six lines what runs, then prints a line an epoch with speed, time and memory", async () => {
    const out = place("lines");
    const { stdout } = await runCli(call(out));
    const lines = stdout.split("\n");
    expect(lines.slice(0, 6)).toEqual([
      expect.stringMatching(/^model {6}copy: [\d,]+ parameters \(\d\.\d MiB\)$/),
      "data       64 pairs to train on, 16 to validate on; one vocabulary of 11 tokens",
      expect.stringMatching(/^batches {4}up to 32 pairs a batch, 2 steps an epoch; padding \d+\.\d %$/),
      "optimizer  adam, learning rate 0.01, schedule constant; up to 2 epochs, 4 steps",
      expect.stringMatching(/^backend {4}wasm: .* threads? \(auto: fastest available\)$/),
      `folder     ${out}`,
    ]);
    expect(lines.slice(6).find((line) => !line.startsWith("note       "))).toBe("");
    const head = lines.findIndex((line) => /^ +epoch +train loss/.test(line));
    expect(lines[head]?.trim().split(/ {2,}/)).toEqual([
      "epoch",
      "train loss",
      "valid loss",
      "accuracy",
      "words/s",
      "time",
      "left",
      "RSS MiB",
      "backend MiB",
    ]);
    for (const [i, left] of [/\d\S*[ms]/, /0ms/].entries()) {
      const loss = /\d\.\d{4}/.source;
      expect(lines[head + 1 + i]).toMatch(
        new RegExp(`^ +${i + 1}/2 +${loss} +${loss} +\\d+\\.\\d % +[\\d,]+ +\\d\\S* +${left.source} +[\\d,]+ +\\d+`),
      );
    }
  });

  it("shows the metrics that are measured after each epoch, and the value of the best one", async () => {
    const set = ["training.bestMetric=bleu", "training.validationMetrics=[chrf, bleu]"].flatMap((each) => [
      "--set",
      each,
    ]);
    const { stdout } = await runCli(call(place("metrics"), ...set));
    expect(stdout).toMatch(/^ +epoch +train loss +valid loss +accuracy +bleu +chrf +words\/s/m);
    expect(stdout).toMatch(/^ +1\/2( +\d+\.\d{4}){2} +\d+\.\d % +\d+\.\d{4} +\d+\.\d{4} /m);
    expect(stdout).toMatch(/best epoch \d: bleu \d+\.\d{4}, validation loss \d/);
    const html = await readFile(join(place("metrics"), "report.html"), "utf8");
    expect(html).toContain("<title>chrf by epoch</title>");
    expect(html).toContain("<title>bleu by epoch</title>");
  });

  it("names the vocabularies, the limit of a batch, the warm-up and the test set of text", async () => {
    const paths = await writeCorpus(place("corpus"));
    const sets = ["source", "target"].flatMap((side) => ["--set", `data.test.${side}=${paths[side as "source"]}`]);
    const settings = ["training.batchTokens=40", "training.accumulate=2", "training.warmupSteps=3", "data.limit=30"];
    const set = settings.flatMap((setting) => ["--set", setting]);
    const { stdout } = await trainOn(paths, place("text"), ...sets, ...set);
    expect(stdout).toMatch(
      /^data {7}2\d pairs to train on, \d to validate on, 40 to test on; vocabularies of \d+ → \d+ tokens$/m,
    );
    expect(stdout).toMatch(/^batches {4}up to 40 positions a batch, 2 batches a step, \d steps an epoch; padding/m);
    expect(stdout).toMatch(
      /^optimizer {2}adam, learning rate 0\.01, schedule \S+, warm-up of 3 steps; up to 2 epochs/m,
    );
  });

  it("draws a bar in a terminal, and takes it away", async () => {
    const { stdout } = await runCli(call(place("bar")), { tty: true, columns: 120 });
    expect(stdout).toMatch(
      / 1\/2 [█░]+ \d\/2 {2}loss \d\.\d+ {2}\S+ left {2}[\d,]+ words\/s {2}RSS [\d,]+ MiB {2}backend \d+ MiB/,
    );
    expect(stdout).not.toContain("\u001b[?25l");
  });

  it.each([60, 80])("keeps lines and bar within a terminal of %i columns", async (columns) => {
    const { stdout } = await runCli(call(place(`narrow-${columns}`)), { tty: true, columns, env: { NO_COLOR: "1" } });
    const shown = stdout.slice(0, stdout.indexOf("2 epochs;"));
    // The bar moves the cursor to the beginning of its line.
    const lines = shown.split(new RegExp(`\n|${String.fromCharCode(27)}\\[\\d*G`)).map(stripVTControlCharacters);
    expect(lines.filter((line) => line.length > columns && !line.startsWith("note"))).toEqual([]);
    expect(shown).toMatch(/ 1\/2 [█░]{8,} \d\/2 {2}loss \d\.\d+ {2}\S+ left/);
    expect(shown).toMatch(/^ +epoch +train loss +valid loss +accuracy/m);
  });

  it("prints nothing with --quiet, and errors still", async () => {
    expect(await runCli(call(place("quiet"), "--quiet"))).toMatchObject({ code: 0, stdout: "", stderr: "" });
    const again = await runCli(call(place("quiet"), "--quiet"), { tty: true });
    expect([again.code, again.stdout]).toEqual([1, ""]);
    expect(again.stderr).toContain("There is a run in");
  });

  it("appends all that it prints to --log-file, also when it resumes, with --quiet, and with --json", async () => {
    const [out, log] = [place("logged"), place("logs/train.log")];
    const one = await runCli(call(out, "--log-file", log, "--set", "training.epochs=1"));
    const first = await readFile(log, "utf8");
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(?: {2})?/;
    const texts = (text: string): string[] =>
      text
        .trimEnd()
        .split("\n")
        .map((line) => line.replace(time, ""));
    expect(
      first
        .split("\n")
        .slice(0, -1)
        .every((line) => time.test(line)),
    ).toBe(true);
    expect(texts(first)).toEqual(one.stdout.trimEnd().split("\n"));
    const resume = ["train", "--out", out, "--resume", "--log-file", log];
    await runCli([...resume, "--set", "training.epochs=2", "--quiet"], { tty: true });
    const second = await readFile(log, "utf8");
    expect(second.startsWith(first)).toBe(true);
    expect(texts(second.slice(first.length)).join("\n")).toMatch(/^resumed {4}after epoch 1, step 2$[\s\S]*^ +2\/2 /m);
    const { events } = await runCli([...resume, "--set", "training.epochs=3", "--json"]);
    expect(events().find(({ event }) => event === "epoch")).toMatchObject({
      epoch: 3,
      wordsPerSecond: expect.any(Number),
      remainingMs: 0,
      rssMiB: expect.any(Number),
      backendMiB: expect.any(Number),
    });
    expect(await readFile(log, "utf8")).toMatch(/Z {2} +3\/3 /);
    await runCli([...resume, "--seed", "9"]);
    expect(texts(await readFile(log, "utf8")).at(-1)).toMatch(/^error: .*another configuration/);
  });
});
