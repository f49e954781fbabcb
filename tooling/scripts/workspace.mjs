/**
 * What the root scripts share: the way from a fresh clone with only Node and npm to an installed workspace.
 * Plain JavaScript without dependencies, because it runs before anything is installed, on the machine's own Node.
 */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

const windows = process.platform === "win32";
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/**
 * Prints one paragraph on standard error and ends the process.
 * @returns {never}
 */
export function stop(message) {
  console.error(message);
  process.exit(1);
}

/** The pinned Node and the tools of the workspace come first; nothing phones home or colours what is not a terminal. */
function environment(...folders) {
  const path = [join(root, "node_modules/.bin"), ...folders, process.env.PATH].join(delimiter);
  const colours = process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: "1" };
  return { ...process.env, ...colours, PATH: path, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };
}

/** The folder of the pinned pnpm. npm fetches it once and finds it in its cache afterwards. */
function pnpmFolders() {
  const here = spawnSync("pnpm --version", { shell: true, cwd: root, encoding: "utf8" });
  if (here.status === 0 && `pnpm@${here.stdout.trim()}` === packageManager) return [];
  const print = 'node -p "process.env.PATH"';
  const found = spawnSync(`npm exec --yes --loglevel=error --package=${packageManager} -- ${print}`, {
    shell: true,
    encoding: "utf8",
  });
  if (found.status !== 0) stop(`npm could not fetch ${packageManager}:\n${found.stderr}`);
  return [found.stdout.split(delimiter)[0]];
}

/** Installs what the lockfile names, in silence unless it fails, and returns the environment to run things in. */
export function prepare() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    stop(`heed needs Node 20.19 or newer, and this is Node ${process.versions.node}.`);
  }
  const env = environment(...pnpmFolders());
  const install = spawnSync("pnpm install", { shell: true, cwd: root, env, encoding: "utf8" });
  if (install.status !== 0) stop(`pnpm install failed:\n${install.stdout}${install.stderr}`);
  return env;
}

/** Builds the packages in silence; the second time, turbo finds them in its cache. */
export function build(env, ...filters) {
  const only = filters.map((name) => `--filter=${name}`).join(" ");
  const run = spawnSync(`turbo run build ${only}`, { shell: true, cwd: root, env, encoding: "utf8" });
  return { ok: run.status === 0, output: `${run.stdout}${run.stderr}` };
}

/** Runs a program in the place of this one: same terminal, and its exit code becomes ours. */
export function become(command, args, env) {
  const child = spawn(command, args, { cwd: root, env, stdio: "inherit", shell: windows });
  // A terminal sends Ctrl-C to both; the child decides how to end, so this process waits for it.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
  }
  child.on("error", (error) => stop(`${command} did not start: ${error.message}`));
  child.on("close", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
