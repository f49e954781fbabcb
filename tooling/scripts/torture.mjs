/** `npm run torture`: installs, builds, and attacks. What follows `--` is passed on; `npm run torture -- --help` lists it. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { become, build, prepare, root, stop } from "./workspace.mjs";

const env = prepare();
const { ok, output } = build(env);
if (!ok) stop(`The build failed:\n${output}`);
// esbuild is installed only now.
const { bundlePrograms } = await import("../torture/bundle.mjs");
// In the workspace, so that the bundle finds the packages of the workspace that it does not contain.
const folder = join(root, `node_modules/.cache/heed-torture/${process.pid}`);
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
await bundlePrograms(root, { torture: "tooling/torture/main.ts" }, folder);
const flags = ["--expose-gc", "--enable-source-maps", "--disable-warning=ExperimentalWarning"];
become("node", [...flags, join(folder, "torture.mjs"), ...process.argv.slice(2)], env);
