#!/usr/bin/env node
import { basename, relative } from "node:path";
import { cli } from "./cli.js";
import { onInterrupt } from "./on-interrupt.js";

// `heed … | head` closes the pipe early; this is not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
}

const script = process.argv[1] ?? "";
const installed = basename(script) !== "main.js" || script.includes("node_modules");

process.exitCode = await cli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  invocation: installed ? "heed" : `node ${relative(process.cwd(), script)}`,
  onInterrupt,
});
