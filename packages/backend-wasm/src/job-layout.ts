/**
 * How the pool tells its workers what to do: where the shared memory describes a job, and what a worker does with it. The
 * pool and the workers read every place from here.
 */

/** The largest number of threads. */
export const mostThreads = 16;

/** Places in the shared memory, in bytes. The kernels' own data starts at 1024. */
export const jobLayout = {
  /** 32-bit words, see {@link jobWord}. */
  words: 64,
  /** Arguments of the kernel, as 64-bit floats. */
  arguments: 128,
  mostArguments: 48,
  /** A 32-bit counter for each thread. A worker wakes up when its counter changes. */
  mailboxes: 768,
  /** For each thread, the item at which its part ends, as a 32-bit word. */
  ends: 832,
} as const;

/** Positions of the words. */
export const jobWord = { kernel: 0, workspace: 1, scratch: 2, count: 3, done: 4, failed: 5 } as const;

/**
 * The worker's code, as text, so that no bundler has to find a file. `work` waits for its mailbox to change, runs its part
 * of the job, and counts itself as done.
 */
export const workSource = `
const work = ({ index, module, memory }, ready) => {
  const kernels = Object.values(new WebAssembly.Instance(module, { env: { memory } }).exports);
  const words = new Int32Array(memory.buffer, ${jobLayout.words}, 16);
  const args = new Float64Array(memory.buffer, ${jobLayout.arguments}, ${jobLayout.mostArguments});
  const mailboxes = new Int32Array(memory.buffer, ${jobLayout.mailboxes}, ${mostThreads});
  const ends = new Int32Array(memory.buffer, ${jobLayout.ends}, ${mostThreads});
  let seen = Atomics.load(mailboxes, index);
  ready();
  for (;;) {
    for (let turn = 0; Atomics.load(mailboxes, index) === seen; turn++) {
      if (turn > 20000) Atomics.wait(mailboxes, index, seen);
    }
    seen = Atomics.load(mailboxes, index);
    try {
      const kernel = kernels[words[${jobWord.kernel}]];
      const own = (words[${jobWord.workspace}] >>> 0) + index * words[${jobWord.scratch}];
      kernel(ends[index - 1], ends[index], own, ...args.subarray(0, words[${jobWord.count}]));
    } catch {
      Atomics.store(words, ${jobWord.failed}, 1);
    }
    Atomics.add(words, ${jobWord.done}, 1);
    Atomics.notify(words, ${jobWord.done});
  }
};
`;
