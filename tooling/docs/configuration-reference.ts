import { type AnyRecipe, builtInRecipes, type OptionInfo, recipeOptions } from "@heed/train";
import { type OptionSchemas, optionSchemas } from "../../packages/train/src/config/option-schemas.ts";
import { cell, code, grouped, markdownTable } from "./markdown.ts";

/** A JSON schema, as far as options use it. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** A key of one recipe, with its type. */
interface Key extends OptionInfo {
  readonly recipe: string;
  readonly type: string;
}

/** Writes the page about every key of a configuration: its type, its default, its meaning, and what differs for each recipe. */
export function configurationReference(): string {
  const byRecipe = new Map(builtInRecipes.map((recipe) => [recipe, keysOf(recipe)]));
  const all = [...byRecipe.values()].flat();
  const section = (test: (key: Key) => boolean): string => tableOf(all.filter(test));
  return `${[
    "# Configuration",
    "<!-- Written from the schemas of configurations. Edit those, then run `npm run reference`. -->",
    "A configuration is a YAML file, the argument of `resolveConfig`, or a recipe's name with `--set` on the command line. All three have the same keys; keys that are left out have the recipe's defaults.",
    "```yaml\nrecipe: bahdanau\nseed: 1\nmodel:\n  hiddenSize: 256\ndata:\n  tsv: de-en.tsv\n  tokenizer: bpe\ntraining:\n  epochs: 20\n```",
    "```sh\nheed train config.yaml\nheed train bahdanau --set model.hiddenSize=256 --set data.tsv=de-en.tsv\nheed recipes bahdanau\n```",
    "`heed schema` prints a JSON schema of these files for editors. The default below is that of most recipes; [Recipes](#recipes) lists the others. Where text has another default than a synthetic task, both are given.",
    "## `recipe` and `seed`",
    markdownTable(
      ["key", "type", "default", "meaning"],
      [
        ["`recipe`", "name", "", "Name of the recipe. Required."],
        [
          "`seed`",
          "integer ≥ 0",
          "`0`",
          "Seed of everything random: the parameters, the order of the batches, dropout, synthetic data.",
        ],
      ],
    ),
    "## `model`",
    section(({ key }) => key.startsWith("model.")),
    "## `data` of a synthetic task",
    section(({ kind }) => kind === "task"),
    "## `data` of text",
    section(({ kind }) => kind === "text"),
    "## `training`",
    section(({ key }) => key.startsWith("training.")),
    "## Recipes",
    "Each table lists the defaults that differ from those above.",
    ...Array.from(byRecipe, ([recipe, keys]) => recipeSection(recipe, keys, all)),
  ].join("\n\n")}\n`;
}

function keysOf(recipe: AnyRecipe): Key[] {
  const schemas: OptionSchemas = optionSchemas(recipe);
  return recipeOptions(recipe).map((info) => {
    const [first = "", ...path] = info.key.split(".");
    const section = (info.kind ?? first) as keyof OptionSchemas;
    const schema = path.reduce<Schema>((outer, key) => outer.properties?.[key] ?? {}, schemas[section] as Schema);
    return { ...info, recipe: recipe.name, type: typeOf(schema) };
  });
}

/** One row for each key, with the default that most recipes have. */
function tableOf(keys: readonly Key[]): string {
  const rows = Array.from(grouped(keys, nameOf), ([, same]) => {
    const first = same[0]!;
    const owners = new Set(same.map(({ recipe }) => recipe));
    const scope = scopeOf(owners);
    return [code(first.key), cell(first.type), commonDefault(same), `${cell(first.description)}${scope}`];
  });
  return markdownTable(["key", "type", "default", "meaning"], rows);
}

/** Task and text have keys of the same name. */
function nameOf({ key, kind }: Key): string {
  return `${kind ?? ""} ${key}`;
}

/** Says which recipes have a key, if some lack it: by the shorter list. */
function scopeOf(owners: ReadonlySet<string>): string {
  const others = builtInRecipes.map(({ name }) => name).filter((name) => !owners.has(name));
  if (others.length === 0) return "";
  return others.length < owners.size ? ` Not in ${listed(others, "or")}.` : ` Only in ${listed([...owners], "and")}.`;
}

function commonDefault(keys: readonly Key[]): string {
  const groups = [...grouped(keys, defaultOf)].toSorted(([, a], [, b]) => b.length - a.length);
  return groups[0]?.[0] ?? "";
}

function defaultOf({ default: value, textDefault, ...key }: Key): string {
  const plain = value === undefined ? "" : shown(value);
  if (!("textDefault" in key) && textDefault === undefined) return plain;
  return `${plain || "none"}; for text ${shown(textDefault)}`;
}

/** A value as `--set` takes it. */
function shown(value: unknown): string {
  return code(typeof value === "string" && value !== "" ? value : JSON.stringify(value));
}

function recipeSection({ name, summary, reference }: AnyRecipe, keys: readonly Key[], all: readonly Key[]): string {
  const common = grouped(all, nameOf);
  const rows = keys
    .filter((key) => defaultOf(key) !== commonDefault(common.get(nameOf(key)) ?? []))
    .map((key) => [code(key.key), defaultOf(key) || "none"]);
  return [
    `### ${name}`,
    `${cell(summary)}${reference ? ` ${cell(reference)}.` : ""}`,
    rows.length > 0 ? markdownTable(["key", "default"], rows) : "All defaults are those above.",
  ].join("\n\n");
}

/** The type of a key in words, with its limits. */
function typeOf(schema: Schema): string {
  if (schema.anyOf) return listed(namesLast([...new Set(schema.anyOf.map(typeOf))]), "or", (text) => text);
  if (schema.enum) return listed(schema.enum.map(String), "or");
  if (schema.const !== undefined) return shown(schema.const);
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === "object") return "keys and values";
  return `${schema.type ?? "any"}${limitsOf(schema)}`;
}

/** Where names may also be those of plug-ins, `string` says so. */
function namesLast(types: readonly string[]): string[] {
  return types.map((type) =>
    type === "string" && types.some((each) => each.includes("`")) ? "the name of another" : type,
  );
}

function limitsOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string {
  const low = exclusiveMinimum === undefined ? minimum !== undefined && `≥ ${minimum}` : `> ${exclusiveMinimum}`;
  const high = exclusiveMaximum === undefined ? maximum !== undefined && `≤ ${maximum}` : `< ${exclusiveMaximum}`;
  const limits = [low, high].filter(Boolean);
  return limits.length > 0 ? ` ${limits.join(" and ")}` : "";
}

/** Formats names as `a`, `b` or `c`. */
function listed(
  names: readonly string[],
  last: string,
  each: (name: string) => string = (name) => `\`${name}\``,
): string {
  const formatted = names.map(each);
  return formatted.length < 2 ? formatted.join("") : `${formatted.slice(0, -1).join(", ")} ${last} ${formatted.at(-1)}`;
}
