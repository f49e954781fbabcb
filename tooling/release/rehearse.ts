/**
 * `npm run rehearse`: makes a release from a copy of the working tree, on a registry of this machine, and uses it as a user
 * does. It bumps the version, packs and publishes all packages, installs `heed` in an empty folder, imports every entry of
 * every package, and trains the copy lesson there. Everything is in one temporary folder, which is deleted at the end.
 */
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { outsideEnvironment } from "../scripts/run-program.ts";
import { type LocalRegistry, startRegistry } from "./local-registry.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), "heed-rehearsal-"));
const copy = join(temporary, "workspace");
const user = join(temporary, "user");
let registry: LocalRegistry | undefined;

process.on("exit", () => {
  registry?.stop();
  rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
});
for (const [signal, code] of [["SIGINT", 130] as const, ["SIGTERM", 143] as const]) {
  process.on(signal, () => process.exit(code));
}

/** Runs one step, prints its name and time, and returns its output. */
async function step(name: string, cwd: string, env: NodeJS.ProcessEnv, command: string, args: readonly string[]) {
  const start = performance.now();
  const { failed, all } = await execa(command, args, { cwd, env, extendEnv: false, reject: false, all: true });
  console.log(`${failed ? "FAIL" : "ok  "} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  if (failed) throw new Error(all);
  return all;
}

/** Copies the working tree without ignored files, and commits it in a repository of its own. */
async function copyWorkspace(env: NodeJS.ProcessEnv): Promise<void> {
  const { stdout } = await execa("git", ["ls-files", "-z", "-co", "--exclude-standard"], { cwd: root });
  for (const file of stdout.split("\0").filter((path) => path !== "" && existsSync(join(root, path)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    copyFileSync(join(root, file), join(copy, file));
  }
  const git = { cwd: copy, env, extendEnv: false };
  await execa("git", ["init", "--quiet"], git);
  await execa("git", ["config", "user.name", "rehearsal"], git);
  await execa("git", ["config", "user.email", "rehearsal@example.com"], git);
  await execa("git", ["add", "--all"], git);
  await execa("git", ["commit", "--quiet", "--message", "rehearsal"], git);
}

/** The manifests of all packages that the copy publishes. */
function publishedManifests(): Manifest[] {
  const paths = globSync("{packages,apps}/*/package.json", { cwd: copy }).sort();
  return paths
    .map((path) => JSON.parse(readFileSync(join(copy, path), "utf8")) as Manifest)
    .filter((manifest) => !manifest.private);
}

async function rehearse(): Promise<void> {
  const plain = outsideEnvironment();
  const upstream = (await execa("npm", ["config", "get", "registry"], { cwd: temporary, env: plain })).stdout.trim();
  const starting = startRegistry(join(temporary, "registry"), upstream, plain);
  // When copying fails, nothing awaits `starting`. This handler prevents an unhandled rejection.
  starting.catch(() => undefined);

  await copyWorkspace(plain);
  writeFileSync(join(copy, ".changeset/rehearsal.md"), '---\n"heed": patch\n---\n\nA rehearsal.\n');
  await step("version bump", copy, plain, "npm", ["run", "bump"]);
  const manifests = publishedManifests();
  const version = manifests[0]!.version;
  const other = manifests.filter((manifest) => manifest.version !== version);
  if (other.length > 0) throw new Error(`expected version ${version} everywhere: ${JSON.stringify(other)}`);

  registry = await starting;
  const { url } = registry;
  console.log(`ok   registry at ${url}, in front of ${upstream}`);
  // Clients send packages only with a token; this registry accepts any.
  const settings = `registry=${url}\n${url.replace("http:", "")}:_authToken=rehearsal\n`;
  writeFileSync(join(copy, ".npmrc"), settings);
  writeFileSync(join(temporary, "npmrc"), settings);
  const local = {
    ...plain,
    npm_config_userconfig: join(temporary, "npmrc"),
    npm_config_registry: url,
    npm_config_cache: join(temporary, "cache"),
  };
  const released = await step("build, pack, publish", copy, { ...plain, npm_config_registry: url }, "npm", [
    "run",
    "release",
  ]);
  console.log(
    released
      ?.split("\n")
      .filter((line) => line.includes(" kB packed"))
      .join("\n"),
  );

  mkdirSync(user);
  const flags = ["--no-audit", "--no-fund", "--loglevel=error"];
  await step(`npm install heed, in an empty folder`, user, local, "npm", ["install", "heed", ...flags]);
  const printed = await step("npx heed --version", user, local, "npx", ["--no", "--", "heed", "--version"]);
  if (!printed?.includes(version)) throw new Error(`expected heed --version to print ${version}, got "${printed}"`);
  const alone = manifests.map(({ name }) => name).filter((name) => !existsSync(join(user, "node_modules", name)));
  if (alone.length > 0)
    await step(`npm install ${alone.join(" ")}`, user, local, "npm", ["install", ...alone, ...flags]);
  const entries = manifests.flatMap(({ name, exports }) =>
    Object.keys(exports ?? {}).map((entry) => name + entry.slice(1)),
  );
  const program = entries.map((entry) => `await import(${JSON.stringify(entry)});\n`).join("");
  writeFileSync(join(user, "imports.mjs"), program);
  await step(`imports of ${entries.length} entries`, user, local, "node", ["imports.mjs"]);
  await step("npx heed train copy", user, local, "npx", ["--no", "--", "heed", "train", "copy"]);
  await step("npx heed verify runs/copy", user, local, "npx", ["--no", "--", "heed", "verify", "runs/copy"]);
  console.log(`\nheed ${version} was released, installed and used.`);
}

await rehearse().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
