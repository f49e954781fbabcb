import { type Adapter, type Prepared, type Reply, type Request, Unsupported } from "./contestant.js";

/** Answers the benchmark's requests, one after the other, with an adapter. */
export function answerWith(adapter: Adapter): (request: Request) => Promise<Reply> {
  let prepared: Prepared | undefined;
  const current = (): Prepared => {
    if (!prepared) throw new Error("No work is prepared.");
    return prepared;
  };

  const answer = async (request: Request): Promise<Reply> => {
    switch (request.do) {
      case "prepare":
        prepared?.dispose();
        prepared = undefined;
        prepared = await adapter.prepare(request.work);
        return { done: true };
      case "run":
        return await run(current(), request.times);
      case "read":
        return pick(await current().read(), request.probes);
      case "finish":
        prepared?.dispose();
        prepared = undefined;
        return { done: true };
    }
  };

  return async (request) => {
    try {
      return await answer(request);
    } catch (error) {
      if (error instanceof Error && error.name === "Unsupported") return { unsupported: error.message };
      return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
}

async function run(prepared: Prepared, times: number): Promise<Reply> {
  let amount = 0;
  const start = performance.now();
  for (let i = 0; i < times; i++) {
    const result = prepared.run();
    // What is done at once is not made to wait: a turn of the event loop costs as much as a small kernel.
    amount += (result instanceof Promise ? await result : result) ?? 0;
  }
  await prepared.settle?.();
  return { ms: performance.now() - start, amount };
}

function pick(
  outputs: Readonly<Record<string, ArrayLike<number>>>,
  probes: Readonly<Record<string, readonly number[]>>,
): Reply {
  const names = Object.keys(probes);
  const output = (name: string): ArrayLike<number> => {
    const found = outputs[name];
    if (!found) throw new Unsupported(`there is no output ${name}`);
    return found;
  };
  return {
    sizes: Object.fromEntries(names.map((name) => [name, output(name).length])),
    values: Object.fromEntries(
      // NaN has no JSON: it becomes null there, and fails the check as it should.
      names.map((name) => [name, probes[name]!.map((index) => output(name)[index] ?? Number.NaN)]),
    ),
  };
}
