import { createInterface } from "node:readline";
import { answerWith } from "./answer.js";
import type { Adapter, Reply, Request } from "./contestant.js";

export * from "./kit.js";

/** Marks the lines that are answers: libraries, too, print on standard output. */
export const marker = "@heed-bench ";

/** Writes one answer. */
export function say(reply: Reply): void {
  process.stdout.write(`${marker}${JSON.stringify(reply)}\n`);
}

/**
 * Runs this process as a contestant: requests come in as lines of JSON on standard input, answers go out, marked, on
 * standard output. It ends when its input does.
 *
 * @param connect - makes the adapter; when it throws, the contestant is absent, and the message says why
 */
export async function serve(connect: () => Promise<Adapter>): Promise<void> {
  let adapter: Adapter;
  try {
    adapter = await connect();
  } catch (error) {
    say({ absent: error instanceof Error ? error.message : String(error) });
    return;
  }
  say({ description: adapter.describe() });
  const answer = answerWith(adapter);
  for await (const line of createInterface({ input: process.stdin })) {
    say(await answer(JSON.parse(line) as Request));
  }
  process.exit();
}
