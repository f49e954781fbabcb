import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { additive, builtInScorers, dot, general } from "@heed/attention";
import { cpu, currentBackend, use } from "@heed/tensor";
import { afterAll, describe, expect, it } from "vitest";
import { writeModule } from "../testing/own-scorer.js";
import { runCli, temporaryFolder } from "../testing/run-cli.js";
import { attentionCost } from "./attention-cost.js";

const folder = await temporaryFolder(afterAll);

describe("attentionCost", () => {
  it("counts what the formulas say, at 20 tokens and width 128", async () => {
    const backend = await use(cpu());
    const context = 20 * 128;
    const cost = await attentionCost(dot, backend);
    expect(cost.prepare).toEqual({ products: 0, others: 0 });
    expect(cost.step.products).toBe(20 * 128 + context);
    expect(cost.stepMs).toBeGreaterThan(0);
    const learned = await attentionCost(general, backend);
    expect(learned.prepare.products).toBe(20 * 128 * 128);
    expect(learned.step.products).toBe(20 * 128 + context);
    // W s, then vᵀ tanh(…) of each key; the tanh and the sum in it are single operations.
    const mlp = await attentionCost(additive, backend);
    expect(mlp.step.products).toBe(128 * 128 + 20 * 128 + context);
    expect(mlp.step.others - cost.step.others).toBe(2 * 20 * 128);
    expect(currentBackend()).toBe(backend);
  });
});

describe("heed gallery", () => {
  it("writes a page about every scorer, those of files too, and draws each", async () => {
    const out = join(folder, "page.md");
    const own = await writeModule(folder, "mine.mjs");
    const { code, stderr } = await runCli(["gallery", "--quick", "--out", out, "--plugin", own]);
    expect([code, stderr]).toEqual([0, ""]);
    const page = await readFile(out, "utf8");
    const names = [...builtInScorers.map(({ name }) => name as string), "mine"];
    for (const name of names) {
      expect(page).toContain(`\n## ${name}\n`);
      expect(page).toContain(`](page/${name}.svg)`);
      expect(page).toMatch(new RegExp(`^\\| ${name} \\| [\\d,]+ \\| [\\d,]+ \\|.* \\d\\.\\d{3} \\|$`, "m"));
    }
    expect((await readdir(join(folder, "page"))).sort()).toEqual(names.map((name) => `${name}.svg`).sort());
    // Bars within a cell must not end it.
    expect(page).toContain("\\|j − t\\| ≤ radius");
    expect(page).toMatch(/`softmax` .* 0\.0486 {2}0\.3592 {2}0\.5922 /);
    expect(page).toMatch(/`window` .* radius: 5 /);
  });

  it("refuses another ending, and stops on SIGTERM", async () => {
    const wrong = await runCli(["gallery", "--out", join(folder, "page.html")]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/page\.html: the name of the page ends in \.md\./);
    const out = join(folder, "stopped.md");
    const stopped = await runCli(["gallery", "--quick", "--out", out], {
      interruptAt: /^additive/m,
      signal: "SIGTERM",
    });
    expect(stopped.code).toBe(143);
    expect(stopped.stdout).toMatch(/Stopped: the page was not written\./);
    expect(await readdir(folder)).not.toContain("stopped.md");
  });
});
