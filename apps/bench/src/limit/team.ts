import { Worker } from "node:worker_threads";

/** The shared numbers by which the members of a team understand each other. */
const seat = {
  /** Counts the calls to work. */
  turn: 0,
  /** Counts the members that are done. */
  done: 1,
  /** Of the copy; 0: the multiply-add loop. */
  bytes: 2,
} as const;

/** Threads that do the same thing at the same time. */
export interface Team {
  /** Runs `own` here and the workers' part there, and returns when all are done. */
  run(bytes: number, own: () => void): void;
}

/** Starts `threads - 1` workers; they do not keep the process alive. */
export function makeTeam(threads: number, module: URL): Team {
  const seats = new Int32Array(new SharedArrayBuffer(4 * 3));
  for (let i = 1; i < threads; i++) new Worker(module, { workerData: seats }).unref();
  return {
    run: (bytes, own) => {
      seats[seat.bytes] = bytes;
      Atomics.store(seats, seat.done, 1);
      Atomics.add(seats, seat.turn, 1);
      Atomics.notify(seats, seat.turn);
      own();
      for (let done = Atomics.load(seats, seat.done); done < threads; done = Atomics.load(seats, seat.done)) {
        Atomics.wait(seats, seat.done, done);
      }
    },
  };
}

/** What a worker does all its life. */
export function joinTeam(seats: Int32Array<SharedArrayBuffer>, work: (bytes: number) => void): void {
  for (let turn = 0; ; turn++) {
    Atomics.wait(seats, seat.turn, turn);
    work(seats[seat.bytes]!);
    Atomics.add(seats, seat.done, 1);
    Atomics.notify(seats, seat.done);
  }
}
