import { findChromium } from "@heed/tooling/chromium";

/** The Chromium of this machine, if there is one. */
export const executablePath = findChromium();

const common = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How to start Chromium so that it offers one way to a graphics card, which SwiftShader stands in for, or none. */
export const launchArguments: Readonly<Record<"webgpu" | "webgl2" | "nothing", string[]>> = {
  webgpu: [...common, "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
  webgl2: [...common, "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
  nothing: [...common, "--disable-gpu", "--disable-software-rasterizer", "--disable-3d-apis"],
};
