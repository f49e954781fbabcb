import type { RunRequest, runBits } from "./run-bits.js";

/** Answers each request of the first argument, a JSON list, by a copy of heed that is loaded for it. */
async function main(requests: readonly RunRequest[]): Promise<void> {
  const answers: unknown[] = [];
  for (const [i, request] of requests.entries()) {
    const address = new URL(`./run-bits.mjs?${i}`, import.meta.url).href;
    const copy = (await import(address)) as { runBits: typeof runBits };
    answers.push(await copy.runBits(request));
  }
  process.stdout.write(JSON.stringify(answers));
}

await main(JSON.parse(process.argv[2]!) as RunRequest[]);
