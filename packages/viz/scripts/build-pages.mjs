/**
 * Bundles the scripts of the interactive pages, with their style, into src/pages.generated.ts: a page is written as one
 * text, and nothing has to be found beside the package. With `--check` it writes nothing, and fails where the file is not
 * what it would write.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

const root = fileURLToPath(new URL("../", import.meta.url));
const client = `${root}src/pages/client/`;
const names = ["animation", "explorer", "report"];

const folder = mkdtempSync(join(tmpdir(), "heed-pages-"));
try {
  await build({
    config: false,
    entry: Object.fromEntries(names.map((name) => [name, `${client}${name}.ts`])),
    tsconfig: `${root}tsconfig.json`,
    noExternal: [/./],
    format: ["iife"],
    outExtension: () => ({ js: ".js" }),
    target: "es2022",
    platform: "browser",
    minify: true,
    silent: true,
    outDir: folder,
  });
  const style = readdirSync(client)
    .filter((name) => name.endsWith(".css"))
    .sort((a, b) => Number(b === "page.css") - Number(a === "page.css") || a.localeCompare(b))
    .map((name) => readFileSync(client + name, "utf8"))
    .join("\n");
  const scripts = names.map((name) => readFileSync(join(folder, `${name}.js`), "utf8").trim());
  // What would end the element that holds the text, or comment out the rest of the page.
  if (scripts.some((script) => /<\/script|<!--/i.test(script))) throw new Error("a script holds </script or <!--");
  if (/<\/style/i.test(style)) throw new Error("the style holds </style");
  const lines = ["// Written by scripts/build-pages.mjs: what the interactive pages run, and how they look."];
  names.forEach((name, i) => {
    lines.push(`export const ${name}Script: string = ${JSON.stringify(scripts[i])};`);
  });
  lines.push(`export const pageStyle: string = ${JSON.stringify(style)};`);
  const target = `${root}src/pages.generated.ts`;
  const text = `${lines.join("\n")}\n`;
  const same = existsSync(target) && readFileSync(target, "utf8") === text;
  if (!same && process.argv.includes("--check")) {
    console.error("src/pages.generated.ts is not what its sources give: run node scripts/build-pages.mjs");
    process.exitCode = 1;
  } else if (!same) {
    writeFileSync(target, text);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
