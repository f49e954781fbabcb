#!/usr/bin/env node
import { basename, relative } from "node:path";
import { cli } from "./cli.js";
import { exitCodes } from "./exit-codes.js";
import { onInterrupt } from "./on-interrupt.js";

// `heed … | head` closes the pipe early; this is not an error. A full disk is one.
for (const [name, stream] of [
  ["standard output", process.stdout] as const,
  ["standard error", process.stderr] as const,
]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exitCodes.success);
    if (stream !== process.stderr) process.stderr.write(`error: Cannot write to ${name}: ${error.message}.\n`);
    process.exit(exitCodes.error);
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
