import { execFileSync } from "node:child_process";
import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Files, writeFiles as write } from "./folder-files.js";
import { hostileFiles } from "./hostile-files.js";
import { escapes } from "./hostile-text.js";
import { hostileWeights, setBest, sign } from "./hostile-weights.js";

/** The sound runs that hostile folders are made from, and what lies outside of them. */
export interface Material {
  /** A run of the copy task. */
  readonly task: Files;
  /** A run on text. */
  readonly text: Files;
  /** A folder with files that nothing may change. */
  readonly outside: string;
}

/** A run folder that somebody made to do harm. */
export interface HostileFolder {
  readonly name: string;
  /** Makes the folder, which does not exist. */
  readonly make: (folder: string, material: Material) => Promise<void>;
  /** Trainings are not stopped early: what matters comes after the last step. */
  readonly whole?: boolean;
  /** The file that commands which read this kind of file must refuse by name. Without it, the folder may be used. */
  readonly refused?: { readonly file: string; readonly by: readonly ("model" | "resume" | "config")[] };
}

/** The files of every run, which the reading commands open. */
const runFiles = [
  "config.yaml",
  "state.json",
  "best.safetensors",
  "model.safetensors",
  "optimizer.safetensors",
  "ema.safetensors",
  "metrics.ndjson",
  "source.tokenizer.json",
  "target.tokenizer.json",
  "plugins.json",
] as const;
type RunFile = (typeof runFiles)[number];

/** Who must refuse a run file that is not a file with sound content. */
const readers: Readonly<Record<RunFile, readonly ("model" | "resume" | "config")[]>> = {
  "config.yaml": ["model", "resume", "config"],
  "state.json": ["model", "resume"],
  "best.safetensors": ["model", "resume"],
  "model.safetensors": ["resume"],
  "optimizer.safetensors": ["resume"],
  "ema.safetensors": ["resume"],
  "metrics.ndjson": ["resume"],
  // Resuming writes the tokenizers again.
  "source.tokenizer.json": ["model"],
  "target.tokenizer.json": ["model"],
  "plugins.json": ["model", "resume"],
};

const inPlaceOfFiles: HostileFolder[] = Object.entries(hostileFiles).flatMap(([kind, place]) =>
  runFiles.map((file) => ({
    name: `${kind} in place of ${file}`,
    refused: { file, by: readers[file] },
    make: async (folder, material) => {
      await write(folder, material.task);
      await rm(join(folder, file), { force: true });
      await place(join(folder, file), material);
    },
  })),
);

/** A folder with other text in some of its files. */
function edited(
  name: string,
  edit: (files: Map<string, Uint8Array>, material: Material) => void,
  refused?: HostileFolder["refused"],
  base: "task" | "text" = "task",
): HostileFolder {
  return {
    name,
    ...(refused && { refused }),
    make: async (folder, material) => {
      const files = new Map(material[base]);
      edit(files, material);
      await write(folder, files);
    },
  };
}

/** Weights that no command needs, unless it asks for them. */
const inPlaceOfKept = Object.entries(hostileFiles)
  .filter(([kind]) => /device|pipe|to a folder/.test(kind))
  .flatMap(([kind, place]) =>
    ["average.safetensors", "checkpoints/epoch-0002.safetensors", "checkpoints"].map(
      (file): HostileFolder => ({
        name: `${kind} in place of ${file}`,
        make: async (folder, material) => {
          await write(folder, material.task);
          await rm(join(folder, file), { recursive: true, force: true });
          await place(join(folder, file), material);
        },
      }),
    ),
  );

const text = (files: Files, name: string): string => new TextDecoder().decode(files.get(name));

function replace(files: Map<string, Uint8Array>, name: string, from: string | RegExp, to: string): void {
  const before = text(files, name);
  const after = before.replace(from, () => to);
  if (after === before) throw new Error(`${name} has no ${from}`);
  // Checksums are no signatures: an attacker leaves them out, or writes the right ones.
  files.set(name, new TextEncoder().encode(after.replace(/^# SHA-256.*\n/, "")));
  if (name.endsWith(".tokenizer.json")) sign(files, name, "tokenizers");
}

const withWeights = Object.entries(hostileWeights).map(([name, bytes]) =>
  edited(`weights: ${name}`, (files) => setBest(files, bytes), { file: "best.safetensors", by: ["model", "resume"] }),
);

const all = ["model", "resume", "config"] as const;
const config = { file: "config.yaml", by: all } as const;
/** A configuration of other sizes than the weights: who trains anew decides on the sizes. */
const sizes = (key: string, value: string, by: readonly ("model" | "resume" | "config")[]): HostileFolder =>
  edited(
    `config.yaml: ${key} ${value}`,
    (files) => replace(files, "config.yaml", new RegExp(`\\b${key}: .*`), `${key}: ${value}`),
    { file: "config.yaml", by },
  );

/** A hostile module. When it is imported, it sets a global variable and writes a file. */
const module = (outside: string): string =>
  `import { writeFileSync } from "node:fs";\nglobalThis.hostileCodeRan = true;\nwriteFileSync(${JSON.stringify(join(outside, "code-ran"))}, "");\nexport const x = 1;\n`;

/** Everything that a folder may name in the hope that it is imported. */
const specifiers: Readonly<Record<string, (folder: string, outside: string) => string>> = {
  "a file in it": () => "./x.mjs",
  "an absolute path": (folder) => join(folder, "x.mjs"),
  "a file outside": (_, outside) => join(outside, "x.mjs"),
  "a URL of a file": (folder) => `file://${folder}/x.mjs`,
  "a data URL": () => "data:text/javascript,globalThis.hostileCodeRan=true",
  "a package": () => "evil-package",
  "a module of Node": () => "node:fs",
  "a path that leaves it": () => "../outside/x.mjs",
};

const withCode = Object.entries(specifiers).flatMap(([kind, specifier]): HostileFolder[] => {
  const make =
    (edit: (files: Map<string, Uint8Array>, name: string) => void) => async (folder: string, material: Material) => {
      const files = new Map(material.task);
      edit(files, JSON.stringify(specifier(folder, material.outside)));
      await write(folder, files);
      await writeFile(join(folder, "x.mjs"), module(material.outside));
      await mkdir(join(folder, "node_modules", "evil-package"), { recursive: true });
      await writeFile(join(folder, "node_modules", "evil-package", "index.js"), module(material.outside));
    };
  return [
    {
      name: `config.yaml names ${kind} as scorer`,
      refused: config,
      make: make((files, name) => replace(files, "config.yaml", /scorer: .*/, `scorer: ${name}`)),
    },
    {
      name: `config.yaml names ${kind} as recipe`,
      refused: config,
      make: make((files, name) => replace(files, "config.yaml", /recipe: .*/, `recipe: ${name}`)),
    },
    {
      name: `plugins.json names ${kind}`,
      make: make((files, name) =>
        files.set(
          "plugins.json",
          new TextEncoder().encode(`[{"kind":"scorer","name":"x","specifier":${name},"sha256":null}]`),
        ),
      ),
    },
    {
      name: `a tokenizer, state.json and package.json name ${kind}`,
      make: make((files, name) => {
        replace(files, "source.tokenizer.json", /\{/, `{ "tokenizer": ${name}, "plugin": ${name},`);
        replace(files, "state.json", /\{/, `{ "plugin": ${name},`);
        files.set(
          "package.json",
          new TextEncoder().encode(`{"type":"module","main":${name},"imports":{"#x":${name}}}`),
        );
        files.set("scorer.json", new TextEncoder().encode(`{"file":${name}}`));
      }),
    },
  ];
});

const bomb = (levels: number): string =>
  [
    "a: &a0 [x, x, x, x, x, x, x, x, x]",
    ...Array.from({ length: levels }, (_, i) => {
      const names = Array.from({ length: 9 }, () => `*a${i}`).join(", ");
      return `b${i}: &a${i + 1} [${names}]`;
    }),
  ].join("\n");

const setConfig = (name: string, content: string): HostileFolder =>
  edited(`config.yaml: ${name}`, (files) => files.set("config.yaml", new TextEncoder().encode(content)), config);

const escaped = JSON.stringify(escapes);

/** Every hostile folder. */
export const hostileFolders: readonly HostileFolder[] = [
  ...inPlaceOfFiles,
  ...inPlaceOfKept,
  ...withWeights,
  ...withCode,
  setConfig("an alias bomb", `recipe: copy\n${bomb(12)}\n`),
  setConfig("100,000 keys", Array.from({ length: 100_000 }, (_, i) => `k${i}: 1`).join("\n")),
  setConfig("a tag", 'recipe: copy\nmodel: !!js/function "() => globalThis.hostileCodeRan = true"\n'),
  setConfig("keys and values of escapes", `recipe: ${escaped}\n${escaped}: ${escaped}\nmodel: {${escaped}: 1}\n`),
  setConfig("the prototype as a key", "recipe: copy\n__proto__: {polluted: 1}\nmodel: {__proto__: {a: 1}}\n"),
  sizes("hiddenSize", "1000000000", ["model", "resume"]),
  sizes("embeddingSize", "100000000", ["model", "resume"]),
  sizes("layers", "1000000000", ["model", "resume"]),
  sizes("symbols", "1000000000", all),
  sizes("train", "9007199254740991", []),
  sizes("maxLength", "1000000000", all),
  sizes("batchSize", "9007199254740991", []),
  edited(
    "a text run with maxLength 10^9",
    (files) => replace(files, "config.yaml", /data:/, "data:\n  maxLength: 1000000000"),
    undefined,
    "text",
  ),
  edited("tokens that are escapes", (files) => {
    for (const name of ["source.tokenizer.json", "target.tokenizer.json"]) {
      replace(files, name, '"a"', JSON.stringify(`a${escapes}`));
    }
  }),
  edited(
    "a file that is not that of the state",
    (files) => {
      const bytes = Uint8Array.from(files.get("best.safetensors")!);
      bytes[bytes.length - 1]! ^= 1;
      files.set("best.safetensors", bytes);
    },
    { file: "best.safetensors", by: ["model", "resume"] },
  ),
  edited("a state of escapes", (files) => replace(files, "state.json", /"backend": "cpu"/, `"backend": ${escaped}`)),
  edited("plugins.json with names of escapes", (files) => {
    const record = { kind: "scorer", name: escapes, specifier: escapes, sha256: null };
    files.set("plugins.json", new TextEncoder().encode(JSON.stringify([record])));
  }),
  edited("history of escapes", (files) => files.set("metrics.ndjson", new TextEncoder().encode(`{"${escapes}`)), {
    file: "metrics.ndjson",
    by: ["resume"],
  }),
  edited("a tokenizer of no tokens", (files) => files.set("source.tokenizer.json", new TextEncoder().encode("{}")), {
    file: "source.tokenizer.json",
    by: ["model"],
  }),
  {
    name: "links outside in place of all files that are written",
    whole: true,
    make: async (folder, { task, outside }) => {
      await write(folder, task);
      const written = [
        ...runFiles,
        "loss.svg",
        "loss.png",
        "attention.svg",
        "attention.png",
        "attention.html",
        "report.json",
        "report.html",
      ];
      const report = ["results.json", "table.md", "page.md", "page"];
      const names = [...written, ...report].flatMap((name) => [
        name,
        `${name}.next`,
        `${name}.previous`,
        `${name}.tmp`,
      ]);
      for (const name of names) {
        if (task.has(name)) continue;
        await symlink(join(outside, name.startsWith("loss") ? "victim.txt" : `new-${name}`), join(folder, name));
      }
    },
  },
  ...["victim.txt", "new-lock"].map(
    (target): HostileFolder => ({
      name: `a lock that is a link to ${target}`,
      make: async (folder, { task, outside }) => {
        await write(folder, task);
        await symlink(join(outside, target), join(folder, "train.lock"));
      },
    }),
  ),
  {
    name: "a lock whose token is a path",
    make: async (folder, { task }) => {
      await write(folder, task);
      await mkdir(join(folder, "train.lock."));
      const lock = {
        pid: 2 ** 22 + 1,
        host: "x",
        boot: "x",
        namespace: "x",
        started: "x",
        token: "/../../outside/lock",
      };
      await writeFile(join(folder, "train.lock"), JSON.stringify(lock));
    },
  },
  {
    name: "files without permission to read",
    make: async (folder, { task }) => {
      await write(folder, task);
      for (const name of task.keys()) await chmod(join(folder, name), 0);
    },
  },
  {
    name: "data outside that never ends",
    refused: { file: "/dev/zero", by: ["resume", "config"] },
    make: async (folder, { text: files, outside }) => {
      const changed = new Map(files);
      replace(changed, "config.yaml", /source: .*/, "source: /dev/zero");
      replace(changed, "config.yaml", /target: .*/, `target: ${outside}/victim.txt`);
      await write(folder, changed);
    },
  },
  {
    name: "data of escapes",
    whole: true,
    make: async (folder, { text: files }) => {
      const changed = new Map(files);
      replace(changed, "config.yaml", /source: .*/, `source: ${folder}/data.txt`);
      replace(changed, "config.yaml", /target: .*/, `target: ${folder}/data.txt`);
      const lines = Array.from({ length: 40 }, (_, i) => `${escapes.replace(/[\r\u2028]/g, "")} ${i} a`);
      changed.set("data.txt", new TextEncoder().encode(lines.join("\n")));
      await write(folder, changed);
    },
  },
  {
    name: "data that is a pipe",
    refused: { file: "data", by: ["resume"] },
    make: async (folder, { text: files }) => {
      const changed = new Map(files);
      replace(changed, "config.yaml", /source: .*/, `source: ${folder}/data`);
      replace(changed, "config.yaml", /target: .*/, `target: ${folder}/data`);
      await write(folder, changed);
      execFileSync("mkfifo", [join(folder, "data")]);
    },
  },
];
