import type { Command, Option } from "commander";

/** The words that stand for a hostile folder, and for others, in the calls of {@link CallTable}. */
export interface Places {
  /** The hostile folder. */
  readonly folder: string;
  /** A file with a sentence, which is sound. */
  readonly text: string;
  /** A folder that does not exist. */
  readonly fresh: string;
}

/** How commands and options are called. */
export interface CallTable {
  /** The calls of each command without further options; the first one gets the options. */
  readonly commands: Readonly<Record<string, (places: Places) => readonly (readonly string[])[]>>;
  /**
   * The values of each option that takes one, for all commands (`--set`) or for one (`train --out`). Options without values
   * and options with choices need no entry.
   */
  readonly options: Readonly<Record<string, (places: Places) => readonly string[]>>;
}

/** Calls of the program. */
export interface Calls {
  /** Every command as the table calls it. */
  readonly commands: string[][];
  /** Every option with each of its values, added to the first call of its command. */
  readonly options: string[][];
}

/**
 * Returns calls of the program with every command and every option, from its own tables.
 *
 * @throws Error naming the commands and options that the table lacks, and those that the program lacks
 */
export function programCalls(program: Command, table: CallTable): (places: Places) => Calls {
  const used = new Set<string>();
  const faults: string[] = [];
  const commands: ((places: Places) => string[][])[] = [];
  const options: ((places: Places) => string[][])[] = [];
  for (const [name, command] of leavesOf(program)) {
    used.add(name);
    const base = table.commands[name];
    if (base === undefined) {
      faults.push(`the table has no calls of the command ${name}: add them`);
      continue;
    }
    commands.push((places) => base(places).map((words) => [...name.split(" "), ...words]));
    for (const option of command.options) {
      const key = [`${name} ${option.long}`, String(option.long)].find((each) => each in table.options);
      if (key !== undefined) used.add(key);
      const values = key === undefined ? undefined : table.options[key];
      if (values === undefined && takesText(option)) {
        faults.push(`the table has no values of the option ${name} ${option.long}: add them`);
        continue;
      }
      options.push((places) => {
        const [words = []] = base(places);
        const long = String(option.long);
        const given = values?.(places) ?? option.argChoices;
        const added = given ? given.map((value) => [`${long}=${value}`]) : [[long]];
        return added.map((more) => [
          ...name.split(" "),
          ...words.filter((word) => !word.startsWith(`${long}=`)),
          ...more,
        ]);
      });
    }
  }
  const unknown = [...Object.keys(table.commands), ...Object.keys(table.options)].filter((key) => !used.has(key));
  faults.push(...unknown.map((key) => `the program has no ${key}: remove it from the table`));
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return (places) => ({
    commands: commands.flatMap((make) => make(places)),
    options: options.flatMap((make) => make(places)),
  });
}

/** Every command without commands of its own, with its name, such as `tokenizer train`. */
function leavesOf(program: Command): [name: string, command: Command][] {
  return program.commands.flatMap((command) => {
    const name = command.name();
    if (command.commands.length === 0) return [[name, command] as [string, Command]];
    return leavesOf(command).map(([inner, leaf]): [string, Command] => [`${name} ${inner}`, leaf]);
  });
}

function takesText(option: Option): boolean {
  return (option.required || option.optional) && option.argChoices === undefined;
}
