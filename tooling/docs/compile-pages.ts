import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readExamples } from "../scripts/readme-examples.ts";
import { runProgram } from "../scripts/run-program.ts";
import { type Page, root } from "./markdown-pages.ts";

/**
 * Compiles the `js` and `ts` blocks of pages as TypeScript in strict mode, against the sources of the packages, with the types
 * of Node and of the DOM. A block marked `no-check` is left out; one whose first line is `// my-file.js` is a module that the
 * other blocks of its page may import.
 *
 * @returns an empty text, or the errors, which name page and line: `docs/tutorial.md:12:3: error TS2345: …`
 */
export async function compilePages(pages: readonly Page[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "heed-pages-"));
  try {
    const blocks = pages.flatMap(({ path, text }, i) =>
      readExamples(text).examples.map(({ number, line, code, file }) => {
        const name = file?.replace(/\.js$/, ".ts") ?? `example-${number}.ts`;
        return { path, line, code, file: `page-${i + 1}/${name}` };
      }),
    );
    for (const { file, code } of blocks) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), code);
    }
    const sources = (entry: string): string[] => [join(root, entry)];
    const compilerOptions = {
      moduleDetection: "force",
      // Programs are also copied from JavaScript.
      noUncheckedIndexedAccess: false,
      exactOptionalPropertyTypes: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      allowImportingTsExtensions: true,
      typeRoots: [join(root, "node_modules/@types")],
      paths: {
        heed: sources("apps/cli/src/index.ts"),
        "heed/testing": sources("apps/cli/src/testing/index.ts"),
        "@heed/tokenizers/hugging-face": sources("packages/tokenizers/src/hugging-face.ts"),
        "@heed/*/testing": sources("packages/*/src/testing/index.ts"),
        "@heed/*/node": sources("packages/*/src/node.ts"),
        "@heed/*/text": sources("packages/*/src/text.ts"),
        "@heed/*/light": sources("packages/*/src/light.ts"),
        "@heed/*": sources("packages/*/src/index.ts"),
      },
    };
    const config = {
      extends: join(root, "tooling/tsconfig.json"),
      compilerOptions,
      files: blocks.map(({ file }) => file),
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { ok, output } = await runProgram(process.execPath, [tsc, "-p", ".", "--pretty", "false"], folder);
    if (ok) return "";
    return blocks.reduce((text, { file, path, line }) => {
      const place = new RegExp(`^${file.replaceAll(".", "\\.")}\\((\\d+),(\\d+)\\)`, "gm");
      return text.replace(place, (_, row, column) => `${path}:${line + Number(row)}:${column}`);
    }, output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
