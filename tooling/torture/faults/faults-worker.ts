/**
 * `node --import faults-worker.mjs program`: counts the operations of the program that change files in a folder, and
 * kills the process, or lets the operation fail, at the one that `HEED_FAULT` names.
 */
import fs from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { constants } from "node:os";
import type { Fault } from "./fault.js";

type Method = (...args: unknown[]) => Promise<unknown>;

const fault = JSON.parse(process.env.HEED_FAULT ?? "null") as Fault | null;
const errors: readonly string[] = ["ENOSPC", "EIO", "EFBIG"];
/** Removing a file needs no space. */
const needsSpace = /^(open|mkdir|mkdtemp|link|write)/;
const operations: string[] = [];
const write = fs.writeFileSync;

/** Performs an operation, unless the fault is due. `half` does a part of it. */
async function operation(
  name: string,
  path: string,
  perform: () => Promise<unknown>,
  half?: () => Promise<unknown>,
): Promise<unknown> {
  if (!fault || !path.startsWith(fault.folder)) return await perform();
  operations.push(`${name} ${path}`);
  const { at, kind, lasting } = fault;
  const due = operations.length === at;
  const fails =
    errors.includes(kind) && (due || (lasting && at > 0 && operations.length > at && needsSpace.test(name)));
  if (!due && !fails) return await perform();
  if (kind === "half" || fails) await half?.();
  if (fails) throw systemError(kind, name, path);
  if (kind === "after") await perform();
  process.kill(process.pid, "SIGKILL");
  // The signal ends the process before this returns.
  return await new Promise(() => undefined);
}

/** As Node throws it: writing to an open file names no path. */
function systemError(code: string, name: string, path: string): NodeJS.ErrnoException {
  const opened = /^(write|sync)/.test(name);
  const errno = -(constants.errno as Record<string, number>)[code]!;
  const syscall = name === "sync" ? "fsync" : name;
  const error = new Error(`${code}: injected, ${syscall}${opened ? "" : ` '${path}'`}`);
  return Object.assign(error, { code, errno, syscall, ...(opened ? {} : { path }) });
}

/** Replaces a method by one that gets the original. */
function wrap(target: object, name: string, replacement: (original: Method, self: unknown) => Method): void {
  const methods = target as Record<string, Method>;
  const original = methods[name]!;
  methods[name] = function (this: unknown, ...args: unknown[]) {
    return replacement(original.bind(this), this)(...args);
  };
}

const half = (bytes: unknown): Uint8Array => {
  const whole = typeof bytes === "string" ? Buffer.from(bytes) : (bytes as Uint8Array);
  return whole.subarray(0, whole.byteLength / 2);
};

const paths = new WeakMap<object, string>();

for (const name of ["mkdir", "mkdtemp", "rename", "rm", "rmdir", "unlink", "link", "symlink"]) {
  wrap(
    fs.promises,
    name,
    (original) =>
      (...args) =>
        operation(name, String(args[0]), () => original(...args)),
  );
}
wrap(
  fs.promises,
  "writeFile",
  (original) =>
    (path, bytes, ...more) =>
      operation(
        "write",
        String(path),
        () => original(path, bytes, ...more),
        () => original(path, half(bytes), ...more),
      ),
);
wrap(fs.promises, "open", (original) => async (path, flags, ...more) => {
  const perform = (): Promise<unknown> => original(path, flags, ...more);
  const writes = typeof flags === "string" && /[wa+]/.test(flags);
  const handle = (await (writes ? operation("open", String(path), perform) : perform())) as FileHandle;
  paths.set(handle, String(path));
  return handle;
});

const anyHandle = await fs.promises.open(process.execPath, "r");
const handles = Object.getPrototypeOf(anyHandle) as object;
await anyHandle.close();
const pathOf = (handle: unknown): string => paths.get(handle as object) ?? "";
for (const name of ["write", "writeFile"]) {
  wrap(
    handles,
    name,
    (original, self) =>
      (bytes, ...more) =>
        operation(
          "write",
          pathOf(self),
          () => original(bytes, ...more),
          () => original(half(bytes)),
        ),
  );
}
for (const name of ["sync", "datasync"]) {
  wrap(
    handles,
    name,
    (original, self) =>
      (...args) =>
        operation("sync", pathOf(self), () => original(...args)),
  );
}
syncBuiltinESMExports();

if (fault?.log) {
  const { log } = fault;
  process.on("exit", () => write(log, `${operations.join("\n")}\n`));
}
