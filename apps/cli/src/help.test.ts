import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { examplesOf, groupOf } from "./help.js";
import { buildProgram } from "./program.js";
import { runCli } from "./testing/run-cli.js";

/** Every command without commands of its own, with its name, such as `tokenizer train`. */
function leavesOf(program: Command, name = ""): [name: string, command: Command][] {
  if (program.commands.length === 0) return [[name, program]];
  return program.commands.flatMap((command) => leavesOf(command, `${name} ${command.name()}`.trim()));
}

const leaves = leavesOf(buildProgram(async () => undefined));

describe("the help of a command", () => {
  it.each(leaves)("heed %s ends with examples that the program accepts", async (name) => {
    const examples = examplesOf(name);
    const { code, stdout } = await runCli([...name.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(examples.length).toBeGreaterThan(0);
    expect(stdout.trimEnd().endsWith(`Examples:\n${examples.map((line) => `  ${line}`).join("\n")}`)).toBe(true);
    for (const line of examples) expect(line).toMatch(new RegExp(`(^|\\| )heed ${name}( |$)`));
  });

  it("has options in groups: first those of the command alone, last those that every command has", async () => {
    const { stdout } = await runCli(["evaluate", "--help"]);
    const headings = Array.from(stdout.matchAll(/^(\w+):$/gm), ([, heading]) => heading);
    expect(headings).toEqual(["Model", "Input", "Measuring", "Search", "Output", "Computing", "General", "Examples"]);
    expect(stdout).toMatch(/^Search:\n {2}--beam <size> /m);
    expect(stdout).toMatch(/^General:\n {2}--plugin .*\n[\s\S]*? {2}-h, --help /m);
  });

  it("gives an option that several commands share the same group in each", () => {
    const all = leaves.flatMap(([name, { options }]) => options.map((option) => ({ name, option })));
    const own = ["--task", "--name", "--quick"];
    for (const { name, option } of all) {
      const { length } = all.filter((other) => other.option.long === option.long);
      if (length < 2 || own.includes(String(option.long))) continue;
      expect(groupOf(name, option), `${name} ${option.long}`).not.toBe("Options:");
    }
  });

  it("shows defaults, and which options are required", async () => {
    const { stdout } = await runCli(["score", "--help"]);
    expect(stdout).toMatch(/--src <file> .*\n? *\(required\)/);
    expect(stdout).toMatch(/--backend <name>[\s\S]*?\(default:\s+"auto"\)/);
  });
});
