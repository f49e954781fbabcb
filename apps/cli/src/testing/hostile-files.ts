import { execFileSync } from "node:child_process";
import { mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { escapes } from "./hostile-text.js";

/** Sockets to close. */
const sockets: (() => void)[] = [];

/** Closes what the hostile folders hold open. */
export function closeSockets(): void {
  for (const close of sockets.splice(0)) close();
}

/** What may stand in place of a file of a run folder. */
export const hostileFiles: Readonly<
  Record<string, (path: string, material: { readonly outside: string }) => Promise<unknown>>
> = {
  "a link to an endless device": (path) => symlink("/dev/zero", path),
  "a pipe": async (path) => execFileSync("mkfifo", [path]),
  "a socket": (path) =>
    new Promise<void>((resolve) => {
      // A socket keeps its name when its process is gone: the name is what the folder is made of.
      const server = createServer().listen(path, () => {
        server.unref();
        sockets.push(() => server.close());
        resolve();
      });
    }),
  "a folder": (path) => mkdir(path),
  "a link to a folder": (path, { outside }) => symlink(outside, path),
  "a link to itself": (path) => symlink(path, path),
  "a link to a file outside": (path, { outside }) => symlink(join(outside, "victim.txt"), path),
  "a text of escapes": (path) => writeFile(path, `${escapes}: [${escapes}`),
  "many opening brackets": (path) => writeFile(path, "[".repeat(2 ** 18)),
  "a file of 100 GiB": async (path) => {
    await writeFile(path, "");
    await truncate(path, 100 * 2 ** 30);
  },
};
