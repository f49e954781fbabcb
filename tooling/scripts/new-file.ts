import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { ExtensionKind } from "@heed/core";
import { constantOf, extensionFile, templates } from "../../apps/cli/src/new/templates.ts";

/** Where the files of a kind are: a folder whose index is generated, and what is appended to their names. */
export const places: Readonly<Record<ExtensionKind, { readonly folder: string; readonly suffix: string }>> = {
  scorer: { folder: "packages/attention/src/scorers", suffix: "" },
  normalizer: { folder: "packages/attention/src/normalizers", suffix: "" },
  mask: { folder: "packages/attention/src/masks", suffix: "-mask" },
  tokenizer: { folder: "packages/tokenizers/src/tokenizers", suffix: "-tokenizer" },
  recipe: { folder: "packages/train/src/recipes", suffix: "" },
  task: { folder: "packages/datasets/src/tasks", suffix: "-task" },
  optimizer: { folder: "packages/nn/src/optimizers", suffix: "" },
  schedule: { folder: "packages/nn/src/schedules", suffix: "-schedule" },
  metric: { folder: "packages/metrics/src/metrics", suffix: "-metric" },
  backend: { folder: "packages/tensor/src/backends", suffix: "-backend" },
};

/** The file of a new extension. */
export interface NewFile {
  /** From the root. */
  readonly path: string;
  readonly text: string;
  /** Arguments of `heed` that use it. */
  readonly use: string;
}

/**
 * Returns the file of a new extension inside of the repository.
 * @throws Error that says what is wrong with the kind or the name
 */
export function newFile(kind: string | undefined, name: string | undefined, root: string): NewFile {
  if (!isKind(kind)) {
    const known = Object.keys(places).join(", ");
    throw new Error(`There is no kind "${kind ?? ""}". Write a kind, then a name: scorer my-score. Kinds: ${known}.`);
  }
  const { folder, suffix } = places[kind];
  const stem = name?.endsWith(suffix) ? name : `${name ?? ""}${suffix}`;
  constantOf(name ?? "");
  const constant = constantOf(stem);
  if (stem === "index") throw new Error(`"index" is the name of a generated file. Choose another name.`);
  const path = `${folder}/${stem}.ts`;
  if (existsSync(join(root, path))) throw new Error(`${path} exists. Choose another name.`);
  const bare = stem.slice(0, stem.length - suffix.length);
  const owner = ownerOf(constant, bare, folder, root);
  if (owner !== undefined) throw new Error(`"${name}" is taken, by ${owner}. Choose another name.`);
  const text = extensionFile(kind, bare, { inside: true, types: true, constant });
  return { path, text, use: templates[kind].use(bare) };
}

function isKind(kind: string | undefined): kind is ExtensionKind {
  return kind !== undefined && Object.hasOwn(templates, kind);
}

/** The file that exports a constant, or in the folder has an item with a name or alias; undefined when there is none. */
function ownerOf(constant: string, name: string, folder: string, root: string): string | undefined {
  const source = dirname(folder);
  const files = globSync(`${source}/{*,*/*}.ts`, { cwd: root }).filter((file) => !/\.(test|d)\.ts$/.test(file));
  return files.find((file) => {
    const text = readFileSync(join(root, file), "utf8");
    const lists = text.matchAll(/export (?:type )?\{([^}]*)\}/g);
    const exported = basename(file) === "index.ts" ? [...lists].flatMap(([, names = ""]) => names.split(",")) : [];
    if (exported.some((each) => each.replace(/^\s*type\s/, "").trim() === constant)) return true;
    if (new RegExp(`^export (?:const|function|class) ${constant}\\b`, "m").test(text)) return true;
    const called = [...text.matchAll(/^ {2}(?:name|aliases): (.*),$/gm)].map(([, value]) => value).join();
    return dirname(file) === folder && called.includes(`"${name}"`);
  });
}
