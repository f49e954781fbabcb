/**
 * `npm start`: installs, builds, and trains the copy lesson, in the place of an earlier one. What follows `--` is passed on
 * to `heed train`.
 */
import { become, build, prepare, stop } from "./workspace.mjs";

const env = prepare();
const { ok, output } = build(env, "heed...");
if (!ok) stop(`The build failed:\n${output}`);
const given = process.argv.slice(2);
const earlier = given.includes("--resume") ? [] : ["--overwrite"];
become("node", ["apps/cli/dist/main.js", "train", "copy", "--out", "runs/copy", ...earlier, ...given], env);
