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

const quiet = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Arguments that start Chromium with one way to a graphics card, for which SwiftShader stands in, or with none. */
export const launchArguments: Readonly<Record<"webgpu" | "webgl2" | "nothing", string[]>> = {
  webgpu: [...quiet, "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
  webgl2: [...quiet, "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
  nothing: [...quiet, "--disable-gpu", "--disable-software-rasterizer", "--disable-3d-apis"],
};
