import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { saveFigure } from "@heed/viz/node";
import { replaceFile } from "../replace-file.js";
import type { Report } from "./experiment.js";
import { markdownTable } from "./markdown-table.js";

/** What ran, for whoever finds the folder later. */
export interface Setting {
  readonly title: string;
  /** The command that makes the same folder again. */
  readonly command: string;
  readonly version: string;
  readonly backend: string;
}

/**
 * Writes `results.json`, `table.md` and every picture as SVG and PNG, each whole or not at all.
 *
 * @returns the paths
 */
export async function writeReport(
  { results, table, figures }: Report,
  folder: string,
  setting: Setting,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const { title, command, version, backend } = setting;
  const pictures = Object.entries(figures).flatMap(([name, figure]) =>
    ["svg", "png"].map((kind) => ({ file: join(folder, `${name}.${kind}`), figure })),
  );
  for (const { file, figure } of pictures) await saveFigure(figure, file);
  const images = Object.entries(figures).map(([name, { title: alt = name }]) => `![${alt}](${name}.svg)\n`);
  const text = [
    `# ${title}\n`,
    `\`${command}\`\n`,
    ...results.about.map((line) => `${line}\n`),
    markdownTable(table),
    ...images,
  ];
  const texts = {
    "results.json": `${JSON.stringify({ heed: version, backend, command, ...results }, null, 1)}\n`,
    "table.md": text.join("\n"),
  };
  const files = pictures.map(({ file }) => file);
  for (const [name, content] of Object.entries(texts)) {
    const file = join(folder, name);
    await replaceFile(file, content);
    files.push(file);
  }
  return files;
}
