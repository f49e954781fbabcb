/** Runs one tool of the workspace, installed first where it is missing: `node tooling/scripts/run.mjs biome check`. */
import { become, prepare } from "./workspace.mjs";

const [command, ...args] = process.argv.slice(2);
become(command, args, prepare());
