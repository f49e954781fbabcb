import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const elsewhere = ["/usr/bin/chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

/**
 * The Chromium of this machine: what `CHROMIUM_PATH` names, or else the first on the `PATH`; `null` where there is none.
 * @throws Error when `CHROMIUM_PATH` names no file
 */
export function findChromium(): string | null {
  const { CHROMIUM_PATH: named, PATH = "" } = process.env;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH must name a browser, but there is no file ${named}.`);
  }
  const onPath = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, ...elsewhere].find((path) => existsSync(path)) ?? null;
}
