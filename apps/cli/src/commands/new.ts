import { existsSync } from "node:fs";
import type { ExtensionKind } from "@heed/core";
import type { Context } from "../context.js";
import { extensionFile, templates } from "../new/templates.js";
import { createFile } from "../replace-file.js";
import { UsageError } from "../usage-error.js";

/** The options of `heed new`. */
export interface NewOptions {
  /** Write JavaScript. */
  readonly js?: boolean;
}

/** `heed new`: writes the file of a new extension, which works as it is. */
export async function newCommand(
  kind: ExtensionKind,
  name: string,
  { js = false }: NewOptions,
  { io, output }: Context,
): Promise<number> {
  const text = written(kind, name, !js);
  const file = `./${name}.${js ? "js" : "ts"}`;
  if (existsSync(file)) throw new UsageError(`${file} exists. Choose another name.`);
  await createFile(file, text);
  const command = `${io.invocation} ${templates[kind].use(name)} --plugin ${file}`;
  output.print(`Wrote ${file}: the ${kind} ${name}, which works as it is. Use it:\n  ${command}`);
  output.event({ event: "done", kind, name, file, command });
  return 0;
}

/** @throws UsageError when no file can be written for this name */
function written(kind: ExtensionKind, name: string, types: boolean): string {
  try {
    return extensionFile(kind, name, { inside: false, types });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
