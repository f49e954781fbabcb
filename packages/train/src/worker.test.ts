import { Random } from "@heed/core";
import { findChromium, launchArguments } from "@heed/tooling/chromium";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { servePage } from "../testing/serve-page.js";
import { timeless } from "../testing/tiny.js";
import { killedConfig } from "../testing/tiny-config.js";
import type { WorkerTasks } from "../testing/training-worker.js";
import type { WorkerPage } from "../testing/worker-page.js";
import type { EpochEvent } from "./events.js";

const executablePath = findChromium();

describe.skipIf(!executablePath)("in a Web Worker of Chromium (needs one on the PATH, or CHROMIUM_PATH)", () => {
  let server: Awaited<ReturnType<typeof servePage>>;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await servePage("worker-page", "training-worker");
    browser = await chromium.launch({ executablePath: executablePath!, args: [...launchArguments.nothing] });
    page = await browser.newPage();
    await page.goto(server.address, { waitUntil: "load" });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  type Argument<K extends keyof WorkerTasks> = Parameters<WorkerTasks[K]>[0];
  type Answer<K extends keyof WorkerTasks> = Awaited<ReturnType<WorkerTasks[K]>>;
  type Kill = { readonly checkpoint: number; readonly afterMs: number };

  /** Asks the worker of the page; null when it was killed. */
  function askOrKill<K extends keyof WorkerTasks>(name: K, argument: Argument<K>, kill?: Kill) {
    return page.evaluate(
      ([name, argument, kill]) => {
        const { ask } = (globalThis as unknown as { page: WorkerPage }).page;
        return ask(name as keyof WorkerTasks, argument, kill as Kill);
      },
      [name, argument, kill] as const,
    ) as Promise<Answer<K> | null>;
  }

  async function ask<K extends keyof WorkerTasks>(name: K, argument: Argument<K>): Promise<Answer<K>> {
    return (await askOrKill(name, argument))!;
  }

  const endWorker = () => page.evaluate(() => (globalThis as unknown as { page: WorkerPage }).page.end());

  /** The files of a run that must not depend on interruptions: names and bytes, and the metrics without durations. */
  async function contentOf(out: string): Promise<unknown> {
    const { "metrics.ndjson": metrics, "state.json": state, ...others } = await ask("read", out);
    // The previous checkpoint depends on when a run was paused, and its metrics have durations.
    const files = Object.fromEntries(Object.entries(others).filter(([name]) => !name.endsWith(".previous")));
    const lines = Buffer.from(metrics!, "base64").toString("utf8").trim().split("\n");
    expect(JSON.parse(Buffer.from(state!, "base64").toString("utf8"))).toMatchObject({ epoch: 2, step: 20 });
    return { files, metrics: timeless(lines.map((line) => JSON.parse(line) as EpochEvent)) };
  }

  test("a run on OPFS that is paused or killed is resumed in another worker to the same bytes", {
    timeout: 180_000,
  }, async () => {
    const config = killedConfig();
    await endWorker();
    expect(await ask("train", { config, out: "runs/straight" })).toMatchObject({ reason: "epochs", steps: 20 });
    const expected = await contentOf("runs/straight");
    expect(Object.keys((expected as { files: object }).files)).toContain("model.safetensors");

    // Paused in the middle of the first epoch, and drawn while it learns.
    await endWorker();
    const paused = await ask("train", { config, out: "runs/paused", abortAt: 7, attendAt: 5 });
    expect(paused).toMatchObject({ reason: "interrupted", steps: 7 });
    expect(paused.maps[0]!.heads).toHaveLength(1);
    await endWorker();
    expect(await ask("train", { out: "runs/paused", resume: true })).toMatchObject({ reason: "epochs", steps: 20 });
    expect(await contentOf("runs/paused")).toEqual(expected);

    // Killed at random moments. A fast machine may complete a run before it is killed; then another run follows.
    const random = new Random(1);
    for (let kills = 0; kills < 3; ) {
      let start: Pick<Argument<"train">, "config" | "overwrite" | "resume"> = { config, overwrite: true };
      for (let done = false; !done; ) {
        await endWorker();
        const kill = { checkpoint: random.integer(1, 5), afterMs: random.integer(0, 20) };
        done = (await askOrKill("train", { out: "runs/killed", ...start }, kill)) !== null;
        if (!done) kills++;
        if (await ask("canResume", "runs/killed")) start = { resume: true };
      }
      expect(await contentOf("runs/killed")).toEqual(expected);
    }
  });

  test("a run on OPFS is loaded, translated and attended with", async () => {
    await endWorker();
    await ask("train", { config: killedConfig(), out: "runs/infer" });
    await endWorker();
    const { translation, maps } = await ask("infer", "runs/infer");
    expect(translation.source).toEqual(["a", "b", "c"]);
    expect(maps.map(({ kind, keys }) => [kind, keys])).toEqual([["cross", ["a", "b", "c"]]]);
    expect(maps[0]!.heads[0]!.map((row) => row.reduce((sum, weight) => sum + weight, 0))).toEqual(
      translation.tokens.map(() => expect.closeTo(1, 5)),
    );
  });

  test("one worker at a time trains into a folder", async () => {
    await endWorker();
    await ask("train", { config: killedConfig(), out: "runs/locked", abortAt: 1 });
    const second = page.evaluate(async () => {
      return await new Promise<string>((resolve) => {
        void navigator.locks.request("heed runs/locked", async () => {
          const { ask } = (globalThis as unknown as { page: WorkerPage }).page;
          await ask("train", { out: "runs/locked", resume: true }).then(
            () => resolve("it trained"),
            (error: Error) => resolve(error.message),
          );
        });
      });
    });
    expect(await second).toContain("Another page or worker trains into runs/locked");
  });

  test.each([
    ["in a worker", false],
    ["in a worker whose browser cannot move files", true],
  ])("OPFS passes the checks of file systems %s", async (name, withoutMove) => {
    await endWorker();
    const result = await ask("check", { folder: name, withoutMove });
    expect(result.failures).toEqual([]);
    expect(result.checks).toBeGreaterThan(8);
  });

  test.each([
    ["in a page", false],
    ["in a page whose browser cannot move files", true],
  ])("OPFS passes the checks of file systems %s", async (folder, withoutMove) => {
    const result = await page.evaluate(
      (request) => (globalThis as unknown as { page: WorkerPage }).page.tasks.check(request),
      { folder, withoutMove },
    );
    expect(result.failures).toEqual([]);
  });
});
