/** Writes TypeScript interfaces for sets of options from their JSON schemas, with a docstring for each key. */
import { formatted } from "../scripts/generate-index.mjs";

/** A JSON schema, as far as options use it. */
interface OptionSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly OptionSchema[];
  readonly items?: OptionSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly prefixItems?: readonly OptionSchema[];
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly additionalProperties?: OptionSchema | boolean;
  readonly required?: readonly string[];
}

/** An interface to write. */
export interface OptionInterface {
  readonly name: string;
  /** Its docstring. */
  readonly summary: string;
  /** A JSON schema. */
  readonly schema: object;
}

/** The content of a file of interfaces. */
export interface OptionFile {
  /** The path from the root of the repository. */
  readonly path: string;
  readonly interfaces: readonly OptionInterface[];
  /** Interfaces of other files that these extend, and where they are imported from. Default: those before each. */
  readonly bases?: readonly (Omit<OptionInterface, "summary"> & { readonly from: string })[];
  /** Further declarations, at the end. */
  readonly end?: string;
}

/** Returns the text of the file. An interface extends the one with which it has most keys in common. */
export function optionTypes({ path, interfaces, bases = [], end = "" }: OptionFile): string {
  const used = new Map<string, string>();
  const written = interfaces.map((each, i) => {
    const base = baseOf(each, bases.length > 0 ? bases : interfaces.slice(0, i));
    const imported = bases.find(({ name }) => name === base?.name);
    if (imported) used.set(imported.name, imported.from);
    return interfaceText(each, base);
  });
  const imports = [...used].map(([name, from]) => `import type { ${name} } from "${from}";`);
  const head = [
    "// Written from the schemas of the options. Edit those, then run `npx pnpm vitest run option-types -u`.",
    ...imports,
  ];
  return formatted([head.join("\n"), ...written, end].join("\n\n"), path);
}

type Base = Pick<OptionInterface, "name" | "schema">;

function propertiesOf({ schema }: Base): Readonly<Record<string, OptionSchema>> {
  return (schema as OptionSchema).properties ?? {};
}

/** The interface with which another has most keys in common, among those whose every key it has. */
function baseOf(of: Base, candidates: readonly Base[]): Base | undefined {
  const properties = propertiesOf(of);
  const shared = (base: Base): number =>
    Object.entries(propertiesOf(base)).filter(([key, each]) => same(each, properties[key])).length;
  const fitting = candidates.filter((base) =>
    Object.entries(propertiesOf(base)).every(
      ([key, each]) => properties[key] && typeOf(each) === typeOf(properties[key]),
    ),
  );
  const [best] = fitting.toSorted((a, b) => shared(b) - shared(a));
  return best && shared(best) > 0 ? best : undefined;
}

/** Tells whether two keys have the same type and docstring. */
function same(a: OptionSchema, b: OptionSchema | undefined): boolean {
  return b !== undefined && typeOf(a) === typeOf(b) && docOf(a) === docOf(b);
}

function interfaceText(each: OptionInterface, base: Base | undefined): string {
  const { name, summary, schema } = each;
  const known = base ? propertiesOf(base) : {};
  const own = Object.entries(propertiesOf(each)).filter(([key, each]) => !same(each, known[key]));
  if (base && own.length === 0) return `${comment(summary)}\nexport type ${name} = ${base.name};`;
  const members = own.map(([key, each]) => `${comment(docOf(each))}\n${memberOf(key, each, schema)};`);
  const heading = `export interface ${name}${base ? ` extends ${base.name}` : ""}`;
  return `${comment(summary)}\n${heading} {\n${members.join("\n")}\n}`;
}

function memberOf(key: string, each: OptionSchema, { required = [] }: OptionSchema): string {
  return required.includes(key) ? `readonly ${key}: ${typeOf(each)}` : `readonly ${key}?: ${typeOf(each)} | undefined`;
}

/** The TypeScript type of a JSON schema. */
function typeOf(schema: OptionSchema): string {
  if (schema.anyOf) return unionOf(schema.anyOf);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.prefixItems) return `readonly [${schema.prefixItems.map(typeOf).join(", ")}]`;
  if (schema.type === "array" && schema.minItems !== undefined && schema.minItems === schema.maxItems) {
    return `readonly [${Array.from({ length: schema.minItems }, () => typeOf(schema.items ?? {})).join(", ")}]`;
  }
  if (schema.type === "array") return `readonly (${typeOf(schema.items ?? {})})[]`;
  if (schema.properties && Object.keys(schema.properties).length === 0) return "Readonly<Record<string, never>>";
  if (schema.properties) {
    const members = Object.entries(schema.properties).map(
      ([key, each]) => `${each.description ? `${comment(docOf(each))}\n` : ""}${memberOf(key, each, schema)}`,
    );
    return `{ ${members.join(";\n")} }`;
  }
  if (schema.type === "object") {
    const { additionalProperties: values } = schema;
    return `Readonly<Record<string, ${typeof values === "object" ? typeOf(values) : "unknown"}>>`;
  }
  if (schema.type === "integer") return "number";
  return schema.type ?? "unknown";
}

/** The type of a union. Names that any other string may take the place of stay visible to editors. */
function unionOf(branches: readonly OptionSchema[]): string {
  const types = [...new Set(branches.map(typeOf))];
  const open = types.includes("string") && branches.some((branch) => branch.enum);
  return types.map((type) => (open && type === "string" ? "(string & {})" : type)).join(" | ");
}

function docOf({ description = "", default: value }: OptionSchema): string {
  return value === undefined || description.includes("Default:")
    ? description
    : `${description} Default: \`${JSON.stringify(value)}\`.`;
}

/** A docstring, in lines of at most 110 columns. */
function comment(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 110) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.length === 1 ? `/** ${text} */` : `/**\n${lines.map((line) => ` * ${line}`).join("\n")}\n */`;
}
