import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";

const { PATH = "", npm_node_execpath: ofNpm } = process.env;

/**
 * The machine's own Node, which users will run: the one that runs npm, or else the first on the `PATH`. `null` where it
 * is the one that this process runs on, or older than 20.19.
 */
export function findOwnNode(): string | null {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const candidates = [...(ofNpm ? [ofNpm] : []), ...PATH.split(delimiter).map((folder) => join(folder, name))];
  // The workspace pins a Node of its own, as a package.
  const own = candidates.find((path) => existsSync(path) && !/[\\/]node_modules[\\/]/.test(realpathSync(path)));
  if (!own || realpathSync(own) === realpathSync(process.execPath)) return null;
  const [major = 0, minor = 0] = execFileSync(own, ["-p", "process.versions.node"], { encoding: "utf8" })
    .split(".")
    .map(Number);
  return major > 20 || (major === 20 && minor >= 19) ? own : null;
}
