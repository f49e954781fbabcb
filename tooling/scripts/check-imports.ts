/**
 * Checks imports. They follow the table of allowed edges (rooms.ts), use a package's entry (`.`, from code for Node also
 * `./node`, and from tests `./testing`), are declared in the package's own package.json, and stay inside the package when
 * they are relative. Every declared dependency is used. In packages, only `src/node.ts` and `src/node/` need Node.
 */
import { globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";
import { importsAllowedFrom, roomOf } from "./rooms.ts";

type Dependencies = Record<string, string>;

export interface Manifest {
  name: string;
  dependencies?: Dependencies;
  peerDependencies?: Dependencies;
  optionalDependencies?: Dependencies;
  devDependencies?: Dependencies;
  exports?: Readonly<Record<string, unknown>>;
  /** Of the devDependencies, those that the build puts into the package: its users need not install them. */
  embeddedDependencies?: readonly string[];
}

export interface SourceFile {
  /** From the package folder: `src/shape.ts`. */
  path: string;
  text: string;
}

export interface SourcePackage {
  /** From the root: `packages/nn`. */
  folder: string;
  manifest: Manifest;
  files: readonly SourceFile[];
}

interface Import {
  target: string;
  line: number;
}

const isTest = (path: string): boolean => path.endsWith(".test.ts");
/** Code that only Node runs: the entry `/node` of a package and its files, apps, and tests. */
const isForNode = (folder: string, path: string): boolean =>
  folder.startsWith("apps/") || isTest(path) || path === "src/node.ts" || path.startsWith("src/node/");
const isTesting = (path: string): boolean => isTest(path) || path.startsWith("src/testing/");

/** Every module that a file names: imports, re-exports, `import()` of a literal, `import("x").Type`. */
export function importsOf({ path, text }: SourceFile): Import[] {
  const { module, program } = parseSync(path, text);
  const found: Import[] = [];
  const add = (target: string, start: number): void => {
    found.push({ target, line: text.slice(0, start).split("\n").length });
  };
  for (const { start, moduleRequest } of module.staticImports) {
    add(moduleRequest.value, start);
  }
  for (const { start, entries } of module.staticExports) {
    const request = entries.find((entry) => entry.moduleRequest)?.moduleRequest;
    if (request) add(request.value, start);
  }
  for (const { start, moduleRequest } of module.dynamicImports) {
    const literal = /^["'`]([^"'`$]+)["'`]$/.exec(text.slice(moduleRequest.start, moduleRequest.end));
    if (literal?.[1]) add(literal[1], start);
  }
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== "object") return;
    const { type, source, start } = node as { type?: string; source?: { value: string }; start?: number };
    if (type === "TSImportType" && source) add(source.value, start ?? 0);
    for (const child of Object.values(node)) visit(child);
  };
  if (text.includes("import(")) visit(program);
  return found;
}

/**
 * Returns the lines that use the global `process` by its bare name. `globalThis.process?.` is allowed: it is undefined in a
 * browser, and bundlers do not replace it.
 */
function processUses({ path, text }: SourceFile): number[] {
  if (!/\bprocess\b/.test(text)) return [];
  const uses: number[] = [];
  let own = false;
  const visit = (node: unknown, key: string, parent: AstNode): void => {
    if (node === null || typeof node !== "object") return;
    if (Array.isArray(node)) {
      for (const each of node) visit(each, key, parent);
      return;
    }
    const current = node as AstNode;
    if (current.type === "Identifier" && current.name === "process") {
      const isName = (key === "property" || key === "key") && parent.computed !== true;
      // A binding: `const { process } = globalThis`.
      if (key === "value" && parent.type === "Property" && parent.shorthand) own = true;
      else if (key === "id") own = true;
      else if (!isName) uses.push(text.slice(0, current.start).split("\n").length);
    }
    for (const [name, child] of Object.entries(current)) visit(child, name, current);
  };
  const { program } = parseSync(path, text);
  visit(program, "", program as AstNode);
  return own ? [] : uses;
}

interface AstNode {
  readonly type?: string;
  readonly name?: string;
  readonly start?: number;
  readonly computed?: boolean;
  readonly shorthand?: boolean;
}

/** `@heed/tensor/testing` → `@heed/tensor`, `zod/mini` → `zod`. */
function packageName(target: string): string {
  return target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/");
}

/** One line for each import or dependency that breaks a rule, with the place and what to do; empty when all is well. */
export function findViolations(packages: readonly SourcePackage[], rootTools: readonly string[] = []): string[] {
  const byName = new Map(packages.map((each) => [each.manifest.name, each]));
  const violations: string[] = [];

  /** Why `from` may not use the workspace package `to`, or undefined. */
  const directionFault = (from: SourcePackage, to: SourcePackage, test: boolean): string | undefined => {
    const [upper, lower] = [roomOf(from.folder), roomOf(to.folder)];
    if (!upper || !lower) return undefined;
    if (lower === "apps") return "nothing imports an app";
    const allowed = importsAllowedFrom(upper, { test });
    if (allowed.includes(lower)) return undefined;
    return `${upper} may import only ${allowed.map((name) => `@heed/${name}`).join(", ") || "no package of heed"}`;
  };

  for (const from of packages) {
    const { folder, manifest } = from;
    if (!roomOf(folder)) {
      violations.push(`${folder}: not a known package: add it to tooling/scripts/rooms.ts`);
      continue;
    }
    const shipped = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
    const declared = { ...shipped, ...manifest.devDependencies };
    for (const name of Object.keys(declared)) {
      const to = byName.get(name);
      const fault = to && directionFault(from, to, !Object.hasOwn(shipped, name));
      if (fault) violations.push(`${folder}/package.json: depends on ${name}: ${fault}`);
    }
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      // The text decides, not the imports: a font or a WebAssembly file is found by its path.
      const named = new RegExp(`["'\`]${name}["'\`/]`);
      if (!from.files.some(({ path, text }) => !isTest(path) && named.test(text))) {
        violations.push(`${folder}/package.json: depends on ${name}, which no source names: remove it`);
      }
    }

    for (const name of manifest.embeddedDependencies ?? []) {
      if (!manifest.devDependencies?.[name]) {
        violations.push(`${folder}/package.json: embeds ${name}, which must be one of its devDependencies`);
      }
    }

    for (const file of from.files) {
      const forNode = isForNode(folder, file.path);
      for (const line of forNode ? [] : processUses(file)) {
        violations.push(
          `${folder}/${file.path}:${line}: uses \`process\`, which a browser lacks: move it to src/node/, or ask for \`globalThis.process?.\``,
        );
      }
      for (const { target, line } of importsOf(file)) {
        const blame = (why: string): void => {
          violations.push(`${folder}/${file.path}:${line}: imports "${target}": ${why}`);
        };
        if (target.startsWith(".")) {
          const path = posix.join(posix.dirname(file.path), target);
          if (path.startsWith("../")) blame("a relative import stays inside its package: import the package by name");
          else if (!forNode && isForNode(folder, path.replace(/\.js$/, ".ts"))) {
            blame("src/node/ is for Node: a browser would load it");
          } else if (path.startsWith("src/testing/") && !isTesting(file.path)) {
            blame("the testing kit is for tests: move what both need out of src/testing");
          }
          continue;
        }
        if (isBuiltin(target)) {
          if (!forNode) blame("a browser cannot load it: move this to src/node/, which the entry src/node.ts exports");
          continue;
        }
        const name = packageName(target);
        const to = byName.get(name);
        if (to === from) {
          blame("a package imports its own files by relative path");
          continue;
        }
        if (to) {
          const fault = directionFault(from, to, isTest(file.path));
          if (fault) blame(fault);
          const door = target.slice(name.length);
          if (door === "/testing" && !isTesting(file.path)) blame("a testing kit is for tests and for testing kits");
          else if (door === "/node" && to.manifest.exports?.["./node"] !== undefined) {
            if (!forNode) blame("an entry for Node: only src/node.ts, src/node/, tests and apps may import it");
          } else if (door !== "" && door !== "/testing" && to.manifest.exports?.[`.${door}`] === undefined)
            blame(`a deep import: use "${name}"`);
        }
        const own = [...Object.keys(shipped), ...(manifest.embeddedDependencies ?? [])];
        const allowed = isTest(file.path) ? [...Object.keys(declared), ...rootTools] : own;
        if (!allowed.includes(name)) {
          blame(
            `not declared: add ${name} to the ${isTest(file.path) ? "devDependencies" : "dependencies"} of ${folder}`,
          );
        }
      }
    }
  }
  return violations;
}

/** The workspace's packages with their sources, as they stand on disk. */
export function readPackages(root: string): SourcePackage[] {
  const read = (path: string): string => readFileSync(posix.join(root, path), "utf8");
  return globSync("{packages,apps}/*/package.json", { cwd: root })
    .map((path) => posix.dirname(path.replaceAll("\\", "/")))
    .sort()
    .map((folder) => ({
      folder,
      manifest: JSON.parse(read(`${folder}/package.json`)),
      files: globSync("src/**/*.ts", { cwd: posix.join(root, folder) })
        .map((path) => path.replaceAll("\\", "/"))
        .sort()
        .map((path) => ({ path, text: read(`${folder}/${path}`) })),
    }));
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const tools = Object.keys(JSON.parse(readFileSync(posix.join(root, "package.json"), "utf8")).devDependencies);
  const violations = findViolations(readPackages(root), tools);
  for (const violation of violations) console.error(violation);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
