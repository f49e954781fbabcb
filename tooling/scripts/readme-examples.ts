/** A program of a README: a `js` or `ts` block. */
export interface Example {
  /** Counts the programs of the README from 1. */
  readonly number: number;
  /** The line of the README before the first line of the code, counted from 1. */
  readonly line: number;
  readonly code: string;
  /** The name of a block that is a module: `my-score.js` when its first line is `// my-score.js`. Modules are not run. */
  readonly file: string | null;
  /** Whether the block is compiled only with the types of the DOM, and not run in Node. */
  readonly browser: boolean;
}

/** What a README contains that can be checked. */
export interface Readme {
  readonly examples: readonly Example[];
  /** The lines that start with `npx` in `sh run` blocks, as words: `["npx", "heed", "train", "copy"]`. */
  readonly commands: readonly (readonly string[])[];
  /** A line for each block with a mark that does not exist. */
  readonly faults: readonly string[];
}

/** The words that may follow the language of a block, and what they mean. */
const marks: Readonly<Record<string, readonly string[]>> = {
  // no-check: a fragment that cannot stand alone; the text around it says why.
  js: ["no-check", "browser"],
  ts: ["no-check", "browser"],
  // run: the commands that start with npx work as they are in a new project.
  sh: ["run"],
};

/** Reads the programs and the commands of a README. */
export function readExamples(text: string): Readme {
  const examples: Example[] = [];
  const commands: string[][] = [];
  const faults: string[] = [];
  let number = 0;
  for (const match of text.matchAll(/^```(\w+)[^\S\n]*([^\n]*)\n(.*?)^```/gms)) {
    const [, language = "", info = "", code = ""] = match;
    const line = text.slice(0, match.index).split("\n").length;
    const words = info.split(/\s+/).filter(Boolean);
    const known = marks[language] ?? words;
    for (const word of words.filter((each) => !known.includes(each))) {
      faults.push(`line ${line}: \`\`\`${language} ${word}: expected ${known.join(" or ")} after ${language}`);
    }
    if (language === "sh" && words.includes("run")) {
      commands.push(
        ...code
          .split("\n")
          .filter((each) => each.startsWith("npx "))
          .map(wordsOf),
      );
    }
    if (language !== "js" && language !== "ts") continue;
    number += 1;
    if (words.includes("no-check")) continue;
    const file = /^\/\/ (\S+\.[jt]s)\n/.exec(code)?.[1] ?? null;
    examples.push({ number, line, code, file, browser: words.includes("browser") });
  }
  return { examples, commands, faults };
}

/** The words of a command, without quotes and without a comment at the end. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain = ""]) => quoted ?? plain);
  const comment = words.indexOf("#");
  return comment === -1 ? words : words.slice(0, comment);
}
