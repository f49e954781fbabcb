import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { defineExtension, type Extension, extensionKind, type Named, OptionError } from "@heed/core";
import { afterAll, expect, it } from "vitest";
import { explainError } from "../explain-error.js";
import { temporaryFolder } from "../testing/run-cli.js";
import { guardExtension } from "./guard-extension.js";
import { PluginError, rememberPlugin } from "./plugin-error.js";

interface Greeter extends Named {
  readonly greet: (how: string) => unknown;
}

function guarded(greet: Greeter["greet"]): Greeter & Extension<"metric"> {
  return guardExtension(defineExtension("metric", { name: "mine", greet }, { greet: "function" }), "./mine.ts");
}

it("names plug-in, kind, name and function in errors, also in those of promises and returned functions", async () => {
  const fail = (): never => {
    throw new TypeError("boo");
  };
  const message = "./mine.ts, greet of the metric mine: boo";
  expect(() => guarded(fail).greet("")).toThrow(new PluginError(message));
  await expect(guarded(async () => fail()).greet("")).rejects.toThrow(message);
  expect(() => (guarded(() => fail).greet("") as () => void)()).toThrow(message);
});

it("keeps results, arguments, the kind, and errors that name an option", () => {
  const extension = guarded((how) => how);
  expect(extension.greet("hello")).toBe("hello");
  expect(extensionKind(extension)).toBe("metric");
  const wrong = new OptionError("wrong", "option");
  const fail = (): never => {
    throw wrong;
  };
  expect(() => guarded(fail).greet("")).toThrow(wrong);
});

it("names the line of the plug-in", async () => {
  const folder = await temporaryFolder(afterAll);
  const file = join(folder, "lines.mjs");
  await writeFile(file, "export const greet = (how) => {\n  return how.shout();\n};\n");
  const { greet } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Pick<Greeter, "greet">;
  rememberPlugin(file, "./mine.ts");
  expect(() => guarded(greet).greet("")).toThrow("./mine.ts:2, greet of the metric mine: how.shout is not a function");
});

it("finds the line in a plug-in of an error that no guard saw", async () => {
  const folder = await temporaryFolder(afterAll);
  const file = join(folder, "methods.mjs");
  await writeFile(file, "export class Mine {\n  encode() {\n    return null.length;\n  }\n}\n");
  const { Mine } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    Mine: new () => { encode(): void };
  };
  const explained = (): string => {
    try {
      new Mine().encode();
      return "no error";
    } catch (error) {
      return explainError(error, {}).message;
    }
  };
  expect(explained()).toMatch(/^TypeError: .* This may be a fault of heed/);
  rememberPlugin(file, "./methods.mjs");
  expect(explained()).toMatch(/^\.\/methods\.mjs:3, Mine\.encode: TypeError: /);
});
