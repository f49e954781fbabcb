import { isHeedError } from "@heed/core";
import type { IAsyncProperty, IProperty } from "fast-check";

/** A parser or function that is fuzzed, and the property that must hold for each input. */
export interface FuzzTarget {
  readonly name: string;
  /** The number of inputs of one whole round: cheap targets get more. */
  readonly inputs: number;
  /** Builds the property; called once for each round. */
  property(): Promise<IAsyncProperty<unknown> | IProperty<unknown>> | IAsyncProperty<unknown> | IProperty<unknown>;
}

/** Messages of JavaScript and of operating systems that a user must never see. */
const accidents =
  /Cannot (?:read|set) propert|Cannot convert|Cannot destructure|Cannot mix|is not (?:a function|iterable|a constructor|defined)\b|undefined is not|Maximum call stack|Invalid (?:array|string|typed array) length|Array buffer allocation|fault of heed|\[object \w+\]/;

/** More characters than this are no message, but a copy of the input. */
const longestMessage = 20_000;

/** What a call gave: a result, or an error of heed. */
export interface Outcome<T> {
  readonly value?: T;
  readonly refused?: Error;
}

/**
 * Calls a function with input that may be wrong.
 * @throws Error unless the call returns, or throws an error of heed with a message for its user
 */
export async function resultOrRefusal<T>(call: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    assertRefusal(error);
    return { refused: error };
  }
}

/** As {@link resultOrRefusal}, for a function that is not asynchronous. */
export function resultOrRefusalSync<T>(call: () => T): Outcome<T> {
  try {
    const value = call();
    if (value instanceof Promise) throw new Error("expected a result, got a promise: use resultOrRefusal");
    return { value };
  } catch (error) {
    assertRefusal(error);
    return { refused: error };
  }
}

function assertRefusal(error: unknown): asserts error is Error {
  if (!isHeedError(error)) throw new Error(`expected a HeedError, got ${String(error)}`, { cause: error });
  assertMessage(error.message, error);
}

/** @throws Error unless a text is a message that helps a user */
export function assertMessage(message: string, cause?: unknown): void {
  const accident = accidents.exec(message);
  if (accident) throw new Error(`the message contains "${accident[0]}": ${message.slice(0, 400)}`, { cause });
  if (message.trim().length < 10) throw new Error(`the message says too little: ${JSON.stringify(message)}`, { cause });
  if (message.length > longestMessage)
    throw new Error(`the message has ${message.length} characters: ${message.slice(0, 200)}`, { cause });
}

/** @throws Error unless two values are the same as JSON */
export function assertEqual(what: string, actual: unknown, expected: unknown): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (got !== wanted) throw new Error(`${what}: expected ${wanted?.slice(0, 300)}, got ${got?.slice(0, 300)}`);
}
