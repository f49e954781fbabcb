import type { Argument, Command, Option } from "commander";
import { exitCodeMeanings } from "../../apps/cli/src/exit-codes.ts";
import { examplesOf, groupOf } from "../../apps/cli/src/help.ts";
import { buildProgram } from "../../apps/cli/src/program.ts";
import { cell, code, grouped, markdownTable } from "./markdown.ts";

/** Writes the page about every command of `heed`: its usage, its arguments, its options in groups, and examples. */
export function cliReference(): string {
  const leaves = leavesOf(buildProgram(async () => undefined));
  const sections = leaves.map(([name, command]) => sectionOf(name, command));
  const index = leaves.map(([name, command]) => [
    `[\`heed ${name}\`](#heed-${name.replaceAll(" ", "-")})`,
    cell(command.description()),
  ]);
  const codes = exitCodeMeanings.map(([number, meaning]) => [`${number}`, cell(meaning)]);
  return `${[
    "# Command line",
    "<!-- Written from the commands of apps/cli. Edit those, then run `npm run reference`. -->",
    "Every command and option of `heed`. `heed <command> --help` prints the same. `npx heed` runs the program of the project.",
    markdownTable(["command", "what it does"], index),
    ...sections,
    "## Exit codes",
    markdownTable(["code", "meaning"], codes),
  ].join("\n\n")}\n`;
}

/** Every command without commands of its own, with its name, such as `tokenizer train`. */
function leavesOf(program: Command, name = ""): [name: string, command: Command][] {
  if (program.commands.length === 0) return [[name, program]];
  return program.commands.flatMap((command) => leavesOf(command, `${name} ${command.name()}`.trim()));
}

function sectionOf(name: string, command: Command): string {
  const help = command.createHelp();
  const args = command.registeredArguments.map((argument) => [
    code(argument.name()),
    cell(argument.description),
    listed(argument.argChoices),
    defaultOf(argument),
  ]);
  const options = help
    .visibleOptions(command)
    .filter(({ long }) => long !== "--help")
    .map((option) => ({ group: groupOf(name, option), row: rowOf(option) }));
  const headings = ["option", "meaning", "values", "default"];
  const groups = [...grouped(options, ({ group }) => group)].flatMap(([group, all]) => [
    `**${group.replace(":", "")}**`,
    markdownTable(
      headings,
      all.map(({ row }) => row),
    ),
  ]);
  return [
    `## heed ${name}`,
    sentence(command.description()),
    `\`\`\`text\n${help.commandUsage(command)}\n\`\`\``,
    ...(args.length > 0 ? [markdownTable(["argument", "meaning", "values", "default"], args)] : []),
    ...groups,
    `\`\`\`sh\n${examplesOf(name).join("\n")}\n\`\`\``,
  ].join("\n\n");
}

function rowOf(option: Option): string[] {
  const meaning = option.description.replace(/ \(default: [^()]*\)$/, "");
  return [
    code(option.flags),
    `${cell(meaning)}${option.mandatory ? " (required)" : ""}`,
    listed(option.argChoices),
    defaultOf(option),
  ];
}

/** The default of an option or an argument: its value, or what its description says in parentheses. */
function defaultOf({ description, defaultValue }: Option | Argument): string {
  const told = / \(default: ([^()]*)\)$/.exec(description)?.[1];
  if (told) return cell(told);
  return defaultValue === undefined || typeof defaultValue === "boolean" ? "" : code(String(defaultValue));
}

function listed(choices: readonly string[] | undefined): string {
  return (choices ?? []).map(code).join(", ");
}

/** A description as a sentence of its own. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
