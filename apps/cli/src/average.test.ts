import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli, temporaryFolder } from "./testing/run-cli.js";
import { tinyTask } from "./testing/tiny-run.js";

const folder = await temporaryFolder(afterAll);
const run = join(folder, "run");
const cpu = "--backend=cpu";

beforeAll(async () => {
  const keep = ["--set", "training.keepCheckpoints=3", "--set", "training.epochs=3"];
  expect((await runCli(["train", "copy", ...tinyTask, ...keep, "--out", run, cpu, "--json"])).code).toBe(0);
}, 60_000);

it("averages the weights of a run, which the other commands then use", async () => {
  const { code, stdout } = await runCli(["average", run, "--last", "2"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^The average of [\d,]+ weights over the epochs 2, 3 is in .*average\.safetensors\.$/m);
  expect(stdout).toContain(`heed translate --model ${run} --weights average`);
  for (const weights of ["average", "1", "last"]) {
    const translated = await runCli(["translate", "--model", run, "--weights", weights, cpu], { input: "a b c\n" });
    expect(translated).toMatchObject({ code: 0 });
    expect(translated.stdout.split("\n")).toHaveLength(2);
  }
  expect(await runCli(["verify", run])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("average of epochs 2, 3"),
  });
});

it("names one epoch in the singular", async () => {
  const { stdout } = await runCli(["average", run, "--last", "1", "--name", "average-1"]);
  expect(stdout).toMatch(/ weights over epoch 3 is in /);
  expect((await runCli(["verify", run])).stdout).toMatch(/ average of epoch 3, /);
});

it("writes a run of its own with --out, and another name with --name", async () => {
  const out = join(folder, "mean");
  const own = await runCli(["average", run, "--best", "2", "--out", out, "--json"]);
  expect(own.events()).toEqual([
    {
      event: "average",
      epochs: expect.any(Array),
      path: join(out, "best.safetensors"),
      parameters: expect.any(Number),
    },
  ]);
  expect(await runCli(["translate", "--model", out, cpu], { input: "a b\n" })).toMatchObject({ code: 0 });
  expect(await runCli(["train", "--out", out, "--resume", cpu])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /cannot be resumed: its weights are the average of epochs \d, \d\. Resume the run that was averaged, or train a new run that begins with these weights \(--init-from\)\./,
    ),
  });
  expect(await runCli(["average", run, "--last", "3", "--name", "average-3"])).toMatchObject({ code: 0 });
  const translated = await runCli(["translate", "--model", run, "--weights", "average-3", cpu], { input: "a b\n" });
  expect(translated).toMatchObject({ code: 0 });
});

it("train begins with the weights of another run with --init-from", async () => {
  const out = join(folder, "tuned");
  const begun = await runCli(["train", "copy", ...tinyTask, "--init-from", run, "--out", out, cpu, "--json"]);
  expect(begun.code).toBe(0);
  const notices = begun.events().filter(({ event }) => event === "notice");
  expect(notices[0]?.message).toMatch(`From ${run}: `);
  expect(notices[0]?.message).toMatch(/: \d+ parameters taken as they are, 0 by token\.$/);
  const missing = await runCli(["train", "copy", ...tinyTask, "--init-from", join(folder, "none"), cpu]);
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("There is no run folder") });
}, 60_000);

it.each([
  [["average", run], 2, "Say which epochs to average: --last 10 or --best 5."],
  [["average", run, "--last", "2", "--best", "2"], 2, "cannot be used with"],
  [["average", run, "--last", "2", "--name", "best"], 2, '"average-" and small letters'],
  [["average", run, "--last", "4"], 1, "must keep the weights of 4 epochs to average them, got 3: 1, 2, 3."],
  [["average", join(folder, "none"), "--last", "4"], 1, "There is no run folder"],
  [["translate", "--model", run, "--weights", "9", cpu], 1, "does not have the weights of epoch 9"],
  [
    ["translate", "--model", run, "--weights", "average-9", cpu],
    1,
    "Write it with heed average, or use other weights.",
  ],
  [
    ["translate", "--model", run, "--weights", "worst", cpu],
    2,
    "the name of another average, or an epoch was expected",
  ],
])("%j is refused", async (argv, code, message) => {
  const refused = await runCli(argv, { input: "a\n" });
  expect(refused.code).toBe(code);
  expect(refused.stderr).toContain(message);
});
