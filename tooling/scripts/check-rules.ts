/** House rules that the linter does not know: nothing is left for later, switched off, or hidden from the checks. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// Each pattern is written so that it does not find itself.
const rules: readonly { pattern: RegExp; why: string; except?: RegExp }[] = [
  { pattern: /\b(?:TO[D]O|FIX[M]E|X[X]X)\b/, why: "finish it now, or leave it out" },
  { pattern: /biome-[i]gnore/, why: "write what the linter asks for instead of silencing it" },
  { pattern: /@ts-(?:[i]gnore|[n]ocheck)/, why: "fix the type" },
  {
    pattern: /@ts-[e]xpect-error/,
    why: "fix the type; only a test, or what it imports, may expect a type error",
    except: /\.test\.ts$|^packages\/\w+\/testing\//,
  },
  {
    pattern: /\b(?:it|test|describe|bench)(?:\.\w+)*\.(?:skip|only|todo)\b/,
    why: "a test runs; where it needs what a machine may lack, use skipIf and name it in the title",
  },
];

/** One line for each place in `text` that breaks a rule. */
export function findBreaches(path: string, text: string): string[] {
  return text
    .split("\n")
    .flatMap((line, index) =>
      rules
        .filter(({ pattern, except }) => pattern.test(line) && !except?.test(path))
        .map(({ why }) => `${path}:${index + 1}: ${line.trim()}\n    ${why}`),
    );
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const paths = globSync("{packages,apps,tooling}/**/*.{ts,mts,js,mjs,py}", {
    cwd: root,
    exclude: (path) => /(^|[\\/])(node_modules|dist)([\\/]|$)/.test(path),
  });
  const breaches = paths.sort().flatMap((path) => findBreaches(path, readFileSync(join(root, path), "utf8")));
  for (const breach of breaches) console.error(breach);
  process.exitCode = breaches.length === 0 ? 0 : 1;
}
