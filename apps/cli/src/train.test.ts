import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCli, temporaryFolder } from "./testing/run-cli.js";
import { tinyTask, trainOn, writeCorpus } from "./testing/tiny-run.js";

const folder = await temporaryFolder(afterAll);
const place = (name: string): string => join(folder, name);

describe("heed train", () => {
  it("tells what it does, shows what came of it, and draws it", async () => {
    const out = place("told");
    const { code, stdout, stderr } = await runCli(["train", "copy", ...tinyTask, "--out", out]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +1\/2 +\d\.\d{4} +\d\.\d{4} +\d+\.\d % +[\d,]+ +\d/m);
    expect(stdout).toMatch(/^ +2\/2 /m);
    expect(stdout).toMatch(/best epoch \d: validation loss/);
    expect(stdout).toMatch(/^ +source +written +gold\n[✓✗] {2}[a-h] [a-h ]+$/m);
    expect(stdout).toContain("attention weight");
    expect(stdout).not.toContain("\u001b");
    for (const file of ["loss.svg", "loss.png", "attention.svg", "attention.png"]) {
      expect(stdout).toContain(join(out, file));
      expect((await readFile(join(out, file))).length).toBeGreaterThan(1000);
    }
  });

  it("is NDJSON with --json, and nothing else", async () => {
    const out = place("json");
    const { events, stderr } = await runCli(["train", "copy", ...tinyTask, "--out", out, "--json"]);
    expect(stderr).toBe("");
    const told = events();
    expect(told[0]).toMatchObject({
      event: "start",
      recipe: "copy",
      trainPairs: 64,
      backend: { threads: expect.any(Number) },
    });
    const epochs = told.filter(({ event }) => event === "epoch");
    expect(epochs).toHaveLength(2);
    for (const epoch of epochs) {
      for (const key of ["trainLoss", "validLoss", "validAccuracy", "tokensPerSecond"]) {
        expect(epoch[key], key).toEqual(expect.any(Number));
      }
    }
    expect(told.filter(({ event }) => event === "done")).toHaveLength(1);
    expect(told.at(-1)).toMatchObject({ event: "done", reason: "epochs", epochs: 2 });
    expect(told.at(-1)?.files).toContain(join(out, "loss.svg"));
    expect(told).toContainEqual({
      event: "prediction",
      source: expect.any(String),
      prediction: expect.any(String),
      gold: expect.any(String),
      correct: expect.any(Boolean),
    });
  });

  it("says that a model without attention has no weights", async () => {
    const out = place("fixed");
    const { code, stdout } = await runCli(["train", "fixed-context", ...tinyTask, "--out", out]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/fixed-context has no attention: there are no weights to draw/);
    expect(await readdir(out)).toContain("loss.png");
    expect(await readdir(out)).not.toContain("attention.png");
  });

  it("keeps a run that is there, unless --overwrite says otherwise", async () => {
    const out = place("twice");
    const call = ["train", "copy", ...tinyTask, "--out", out];
    expect((await runCli(call)).code).toBe(0);
    const second = await runCli(call);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(out);
    expect(second.stderr).toContain("Resume it (--resume), replace it (--overwrite),");
    expect((await runCli([...call, "--overwrite"])).code).toBe(0);
  });
});

describe("Ctrl-C and --resume", () => {
  const call = (out: string, ...more: string[]): string[] => ["train", "copy", ...tinyTask, ...more, "--out", out];
  const lossesOf = async (argv: string[]): Promise<unknown[]> => {
    const told = (await runCli([...argv, "--json"])).events();
    return told.filter(({ event }) => event === "epoch").map(({ trainLoss, validLoss }) => [trainLoss, validLoss]);
  };

  it("stops after the step, says how to go on, and goes on as if nothing had been", async () => {
    const whole = await lossesOf(call(place("whole")));
    const out = place("stopped");
    const stopped = await runCli(call(out), { interruptAt: /1\/2/ });
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toMatch(/Ctrl-C again/);
    expect(stopped.stdout).toContain(`heed train --out ${out} --resume`);
    expect(stopped.stdout).toMatch(/Stopped after step \d+\. The run is saved up to this step\./);
    expect(await lossesOf(["train", "--out", out, "--resume"])).toEqual(whole.slice(1));
  });

  it("keeps --backend and --threads in the command that resumes", async () => {
    const out = place("on-cpu");
    const stopped = await runCli([...call(out), "--backend", "cpu", "--threads", "1"], { interruptAt: /1\/2/ });
    expect(stopped.stdout).toContain(`heed train --out ${out} --resume --backend cpu --threads 1\n`);
  });

  it("skips the figures after the last step", async () => {
    const out = place("complete");
    const { code, stdout } = await runCli(call(out), { interruptAt: /^ +2\/2 /m, signal: "SIGTERM" });
    expect(code).toBe(143);
    expect(stdout).toContain("The training is complete; the figures are skipped.");
    expect(await readdir(out)).not.toContain("loss.svg");
  });

  it("resumes within an epoch, also before the first one is complete", async () => {
    await runCli(call(place("uncut")));
    const out = place("cut");
    const stopped = await runCli(call(out), { interruptAt: /epoch +train loss/, signal: "SIGTERM" });
    expect(stopped.code).toBe(143);
    expect(stopped.stdout).toContain("Stopped after step 1.");
    const attend = ["attend", "--model", out, "a b"];
    expect((await runCli(attend)).stderr).toContain(
      "has no best weights yet: it stopped before its first validation, at step 1. Resume it, or load the last weights (--weights last).",
    );
    expect((await runCli([...attend, "--weights", "last"])).code).toBe(0);
    const resumed = await runCli(["train", "--out", out, "--resume"]);
    expect(resumed.stdout).toContain("resumed    after epoch 0, step 1");
    expect(await readFile(join(out, "model.safetensors"))).toEqual(
      await readFile(join(place("uncut"), "model.safetensors")),
    );
  });

  it("takes --no-fused, which gives the same losses but for rounding", async () => {
    const fused = (await lossesOf(call(place("fused")))) as number[];
    const steps = (await lossesOf(call(place("steps"), "--no-fused"))) as number[];
    expect(await readFile(join(place("steps"), "config.yaml"), "utf8")).toContain("fused: false");
    const [a, b] = [JSON.stringify(fused), JSON.stringify(steps)].map((text) =>
      (text.match(/\d+\.\d+/g) ?? []).map(Number),
    );
    expect(b).toHaveLength(a!.length);
    for (const [i, value] of a!.entries()) expect(b![i]).toBeCloseTo(value, 4);
    const translate = ["translate", "--model", place("steps"), "--no-fused"];
    const [one, other] = [
      await runCli(translate, { input: "a b\n" }),
      await runCli(translate.slice(0, -1), { input: "a b\n" }),
    ];
    expect(one.stdout).toBe(other.stdout);
    const resumed = await runCli(["train", "--out", place("fused"), "--resume", "--no-fused"]);
    expect(resumed.stderr).toContain("another configuration, which differs in training.fused.");
  });

  it("writes nothing when it is stopped before the first step", async () => {
    const out = place("unbegun");
    const { code, stdout } = await runCli(call(out), { interruptAt: /^model/m });
    expect(code).toBe(130);
    expect(stdout).toMatch(/before the first step: nothing was written/);
    await expect(readdir(out)).rejects.toThrow(/ENOENT/);
  });

  it("trains longer with --set training.epochs, and takes no other change", async () => {
    const out = place("longer");
    const first = await lossesOf(call(out));
    const more = await lossesOf(["train", "--out", out, "--resume", "--set", "training.epochs=3"]);
    expect([...first, ...more]).toEqual(await lossesOf(call(place("three"), "--set", "training.epochs=3")));
    // A recipe's name with --resume finds the folder; the other settings are those of the run.
    const same = await runCli(["train", "copy", "--out", out, "--resume", "--set", "training.patience=9"]);
    expect([same.code, same.stderr]).toEqual([0, ""]);
    expect(same.stdout).toContain("training.patience changes from null to 9.");
    const other = await runCli(["train", "--out", out, "--resume", "--seed", "9"]);
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(/another configuration, which differs in seed\./);
  });

  it("goes on after a death in the middle of writing a checkpoint", async () => {
    const whole = await lossesOf(call(place("whole-again")));
    const out = place("killed");
    await lossesOf(call(out, "--set", "training.epochs=1"));
    // What SIGKILL leaves: a file that was being written, under its temporary name.
    await writeFile(join(out, "model.safetensors.next"), "half of a fi");
    await writeFile(join(out, "state.json.next"), '{"format": "heed-r');
    expect(await lossesOf(["train", "--out", out, "--resume", "--set", "training.epochs=2"])).toEqual(whole.slice(1));
  });

  it("says what is wrong with a folder that it cannot resume", async () => {
    const missing = await runCli(["train", "--out", place("nothing"), "--resume"]);
    expect(missing).toMatchObject({ code: 1, stdout: expect.any(String) });
    expect(missing.stderr).toContain(place("nothing"));
    const out = place("damaged");
    await runCli(call(out));
    await writeFile(join(out, "optimizer.safetensors"), "no longer what it was");
    const damaged = await runCli(["train", "--out", out, "--resume", "--set", "training.epochs=3"]);
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toMatch(/optimizer\.safetensors/);
  });

  it("names --previous where the last checkpoint is damaged, and ends with the same bytes from the one before", async () => {
    const out = place("one-back");
    const whole = await lossesOf(call(out));
    const bytes = await readFile(join(out, "model.safetensors"));
    await writeFile(join(out, "model.safetensors"), bytes.subarray(1));
    const again = ["train", "--out", out, "--resume"];
    const damaged = await runCli(again);
    expect([damaged.code, damaged.stdout]).toEqual([1, ""]);
    expect(damaged.stderr).toContain(
      "model.safetensors is damaged: expected the file with the checksum in state.json. The previous checkpoint, of epoch 1, step 2, is complete: use it (--previous)",
    );
    const attend = ["attend", "a b", "--model", out, "--weights", "last", "--json"];
    expect((await runCli(attend)).stderr).toContain("(--previous)");
    expect((await runCli([...attend, "--previous"])).code).toBe(0);
    expect(await lossesOf([...again, "--previous"])).toEqual(whole.slice(1));
    expect(await readFile(join(out, "model.safetensors"))).toEqual(bytes);
    const alone = await runCli(call(place("unresumed"), "--previous"));
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining("--previous needs --resume") });
  });

  it("says what a folder without config.yaml has, and what to do", async () => {
    const out = place("no-config");
    await mkdir(out);
    const resume = (...more: string[]) => runCli(["train", "--out", out, "--resume", ...more]);
    expect((await resume()).stderr).toBe(
      `error: There is no run in ${out} to load or resume: config.yaml is missing, and so are the other files of a run. Name the folder that training wrote to, or train a model first.\n`,
    );
    await writeFile(join(out, "source.tokenizer.json"), "{}");
    await writeFile(join(out, "config.yaml.next"), "recipe: co");
    for (const more of [[], ["--set", "training.epochs=3"]]) {
      expect((await resume(...more)).stderr).toBe(
        `error: There is no run in ${out} to load or resume: config.yaml is missing, only config.yaml.next, source.tokenizer.json are there: training stopped before its first step was recorded. Train again without --resume.\n`,
      );
    }
    expect((await runCli(call(out))).code).toBe(0);
    await rm(join(out, "config.yaml"));
    expect((await resume()).stderr).toContain(
      "but a checkpoint is there. Restore config.yaml, or train again with --overwrite.",
    );
  });
});

describe("bad input to heed train", () => {
  it("names a missing file", async () => {
    const paths = await writeCorpus(place("corpus"));
    const { code, stderr } = await trainOn({ ...paths, target: place("corpus/train.em") }, place("no-file"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/no file .*train\.em\. Did you mean "train\.en"\?/);
  });

  it("says both counts where files differ in length", async () => {
    const paths = await writeCorpus(place("uneven"), (_, targets) => targets.pop());
    const { code, stderr } = await trainOn(paths, place("uneven-run"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/has 40 lines and .* has 39/);
  });

  it("keeps and reports an empty line", async () => {
    const paths = await writeCorpus(place("empty"), (sources) => sources.splice(6, 1, ""));
    const { code, stdout } = await trainOn(paths, place("empty-run"));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^note .*empty.*\b7\b/m);
  });

  it("names the line that is not UTF-8", async () => {
    const paths = await writeCorpus(place("latin"));
    const text = await readFile(paths.source);
    text[text.indexOf("\n") + 1] = 0xff;
    await writeFile(paths.source, text);
    const { code, stderr } = await trainOn(paths, place("latin-run"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/train\.ko:2: not valid UTF-8/);
  });

  it("leaves out and reports sentences beyond the limit", async () => {
    const paths = await writeCorpus(place("long"), (sources) => sources.splice(3, 1, "가 ".repeat(60)));
    const { code, stdout } = await trainOn(paths, place("long-run"));
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^note {7}Left out 1 of (38 training|2 validation) pairs: 1 with a side of more than 50 tokens \(lines 4\)/m,
    );
  });

  it("names an unknown key, a wrong type, an unknown recipe and scorer", async () => {
    const file = place("bad.yaml");
    await mkdir(folder, { recursive: true });
    await writeFile(file, "recipe: copy\ntraining:\n  epohcs: 3\n  batchSize: many\n");
    const bad = await runCli(["train", file]);
    expect(bad.code).toBe(1);
    expect(bad.stderr).toMatch(/bad\.yaml:3: training has no key "epohcs"\. Did you mean "epochs"\?/);
    expect(bad.stderr).toMatch(/bad\.yaml:4: training\.batchSize must be an integer, got "many"/);
    expect((await runCli(["train", "copy", "--set", "epochs=3"])).stderr).toMatch(/Did you mean "training\.epochs"\?/);
    expect((await runCli(["train", "bahdanu"])).stderr).toMatch(/no recipe "bahdanu"\. Did you mean "bahdanau"\?/);
    expect((await runCli(["train", "copy", "--scorer", "doot"])).stderr).toMatch(
      /no scorer "doot"\. Did you mean "dot"\?/,
    );
  });

  it("refuses files without a token", async () => {
    const paths = await writeCorpus(place("blank"), (...sides) => {
      for (const side of sides) side.splice(0, side.length, "", " ");
    });
    const { code, stdout, stderr } = await trainOn(paths, place("blank-run"));
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/No pair of the data has a token on both sides \(2 in all\)/);
  });

  it("says what is wrong with the data instead of what it would do", async () => {
    for (const set of ["data.task=copi", "data.minLength=9", "data.tsv=/nowhere/ko-en.tsv"]) {
      const { code, stdout, stderr } = await runCli(["train", "copy", "--set", set, "--out", place("never")]);
      expect([code, stdout]).toEqual([set.startsWith("data.tsv") ? 1 : 2, ""]);
      expect(stderr).toMatch(/Did you mean "copy"|minLength 9 and maxLength 7|\/nowhere\/ko-en\.tsv/);
    }
    await expect(readdir(place("never"))).rejects.toThrow(/ENOENT/);
  });

  it("names the file that is in the way of --out", async () => {
    await writeFile(place("file"), "");
    for (const out of [place("file"), place("file/run")]) {
      const { code, stdout, stderr } = await runCli(["train", "copy", ...tinyTask, "--out", out]);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toBe(`error: Cannot write to ${out}: ${place("file")} is a file; a folder was expected.\n`);
      const resumed = await runCli(["train", "--out", out, "--resume"]);
      expect(resumed.code).toBe(1);
      expect(resumed.stderr).toMatch(/is not a run folder: it is a file, or a file stands on the way to it\.\n$/);
    }
  });

  it("stops where the loss is no number, says the step, and keeps the last good checkpoint", async () => {
    const out = place("diverged");
    const call = ["train", "copy", ...tinyTask, "--set", "training.learningRate=1e38", "--out", out, "--json"];
    const first = await runCli(call);
    expect(first.code).toBe(1);
    expect(first.stderr).toMatch(/loss is (NaN|-?Infinity) in epoch 1, at step \d+, with learning rate 1e\+38/);
    expect(first.events().at(-1)).toEqual({ event: "error", message: expect.stringContaining("no checkpoint yet") });

    const kept = place("kept");
    await runCli(["train", "copy", ...tinyTask, "--set", "training.epochs=1", "--out", kept]);
    const attend = ["attend", "a b c", "--model", kept, "--json"];
    const before = await runCli(attend);
    const config = (await readFile(join(kept, "config.yaml"), "utf8")).replace(/^#.*\n/, "");
    await writeFile(join(kept, "config.yaml"), config.replace("learningRate: 0.01", "learningRate: 1e38"));
    const later = await runCli(["train", "--out", kept, "--resume", "--set", "training.epochs=3"]);
    expect(later.stderr).toMatch(/in epoch 2, at step \d+.*checkpoint of epoch 1, step 2, .* is not changed/);
    expect(before.code).toBe(0);
    expect((await runCli(attend)).stdout).toBe(before.stdout);
  });
});
