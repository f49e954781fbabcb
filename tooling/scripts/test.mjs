/**
 * `npm test`: everything that must hold, from a fresh clone. A step that fails does not stop the others.
 * The last line counts the tests and the checks; the exit code follows it.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepare, root } from "./workspace.mjs";

const steps = [
  { name: "lint and format", command: "biome", args: ["check", "--error-on-warnings", "."] },
  // Before types and tests: the build writes the kernels that sources embed.
  { name: "build", command: "turbo", args: ["run", "build"] },
  { name: "types", command: "tsc", args: ["-p", "."] },
  { name: "generated files", command: "node", args: ["tooling/scripts/generate-index.mjs", "--check"] },
  {
    name: "imports",
    command: "depcruise",
    args: ["--config", "tooling/imports/rules.config.mjs", "packages", "apps", "tooling"],
  },
  { name: "unused files, exports and dependencies", command: "knip", args: ["--treat-config-hints-as-errors"] },
  { name: "house rules", command: "node", args: ["tooling/scripts/check-rules.ts"] },
  { name: "unit and conformance tests", command: "vitest", args: ["run"], counts: true },
  {
    name: "packages from their tarballs",
    command: "node",
    args: ["--disable-warning=ExperimentalWarning", "tooling/scripts/check-packages.ts"],
    counts: true,
    needs: "build",
  },
];

/** Runs a step. One that counts speaks for itself as it goes; any other is silent unless it fails. */
function run({ command, args, counts }, env) {
  return new Promise((resolve) => {
    const stdio = counts ? "inherit" : ["ignore", "pipe", "pipe"];
    const child = spawn(command, args, { cwd: root, env, stdio, shell: process.platform === "win32" });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", (error) => resolve({ ok: false, output: error.message }));
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}

/** What the step counted, or one check where it counts nothing; a step that fails has failed in at least one thing. */
function countsOf(file, ok) {
  const counted = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  const { passed, failed, skipped } = counted ?? { passed: ok ? 1 : 0, failed: 0, skipped: [] };
  return { passed, skipped, failed: ok ? failed : Math.max(failed, 1) };
}

console.log("installing what the lockfile names");
const env = prepare();
const folder = mkdtempSync(join(tmpdir(), "heed-test-"));
const total = { passed: 0, failed: 0, skipped: [] };
const broken = new Set();

for (const step of steps) {
  if (broken.has(step.needs)) {
    total.skipped.push(`${step.name}: needs the step "${step.needs}"`);
    continue;
  }
  if (step.counts) console.log(`\n${step.name}`);
  const file = join(folder, `${step.command}-${steps.indexOf(step)}.json`);
  const start = performance.now();
  const { ok, output } = await run(step, { ...env, HEED_SUMMARY: file });
  const { passed, failed, skipped } = countsOf(file, ok);
  total.passed += passed;
  total.failed += failed;
  total.skipped.push(...skipped);
  if (failed > 0) broken.add(step.name);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${failed === 0 ? "ok  " : "FAIL"} ${step.name} (${seconds} s)`);
  if (failed > 0 && output) console.log(output.trimEnd());
}
rmSync(folder, { recursive: true, force: true });

if (total.skipped.length > 0) {
  console.log("\nNot run, for lack of what each names:");
  for (const line of total.skipped) console.log(`  ${line}`);
}
if (broken.size > 0) console.log(`\nFailed: ${[...broken].join(", ")}`);
const skips = total.skipped.length > 0 ? `, ${total.skipped.length} skipped` : "";
console.log(`\n${total.passed} passed, ${total.failed} failed${skips}`);
process.exitCode = total.failed === 0 ? 0 : 1;
