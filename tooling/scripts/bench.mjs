/** `npm run bench`: installs, builds, and measures. What follows `--` is passed on; `npm run bench -- --help` lists it. */
import { become, build, prepare, stop } from "./workspace.mjs";

const env = prepare();
const { ok, output } = build(env, "@heed/bench...");
if (!ok) stop(`The build failed:\n${output}`);
become("node", ["apps/bench/dist/main.js", ...process.argv.slice(2)], env);
