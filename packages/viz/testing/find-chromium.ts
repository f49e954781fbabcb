import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const elsewhere = ["/usr/bin/chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

/** The Chromium of this machine: what `CHROMIUM_PATH` names, or the first on the `PATH`; undefined where there is none. */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH: named, PATH = "" } = process.env;
  if (named) return named;
  const onPath = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, ...elsewhere].find((path) => existsSync(path));
}
