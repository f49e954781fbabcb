import { createReadStream, existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findChromium } from "@heed/tooling/chromium";
import { chromium, type Page } from "playwright-core";
import type { Description, Reply, Request } from "./contestant.js";
import { say } from "./serve.js";

const dist = fileURLToPath(new URL("./", import.meta.url));
const peers = fileURLToPath(new URL("../peers/", import.meta.url));
/** Where the addresses of the page lead. */
const folders: Readonly<Record<string, string>> = {
  dist,
  peers,
  modules: join(peers, "node_modules"),
};
const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** Serves the page as a cross-origin isolated one: only such pages may share memory between threads. */
async function servePage(): Promise<{ server: Server; address: string }> {
  const server = createServer(({ url = "/" }, response) => {
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    const path = new URL(url, "http://localhost").pathname;
    if (path === "/") {
      response.setHeader("Content-Type", "text/html");
      response.end('<!doctype html><title>heed bench</title><script type="module" src="/dist/page.js"></script>');
      return;
    }
    const [, folder = "", ...rest] = path.split("/");
    const file = join(folders[folder] ?? "", normalize(`/${rest.join("/")}`));
    if (!folders[folder] || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader("Content-Type", types[extname(file)] ?? "application/octet-stream");
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, address: `http://localhost:${(server.address() as AddressInfo).port}/` };
}

/** Runs in the page: the card that WebGPU finds there. */
async function adapterName(): Promise<string> {
  const { gpu } = navigator as unknown as {
    gpu?: { requestAdapter(): Promise<{ info: Record<string, string> } | null> };
  };
  const adapter = await gpu?.requestAdapter();
  if (!adapter) return "none for WebGPU";
  const { vendor, architecture, device, description } = adapter.info;
  return [vendor, architecture, device, description].filter(Boolean).join(" ");
}

interface BenchPage {
  bench: { start(choice: unknown): Promise<Description>; ask(request: Request): Promise<Reply> };
}

/** How a page gets at a graphics card, or at SwiftShader, which computes in its place, on the processor. */
const graphics: Readonly<Record<string, readonly string[]>> = {
  none: [],
  hardware: [
    "--enable-unsafe-webgpu",
    "--ignore-gpu-blocklist",
    "--enable-features=Vulkan",
    "--use-angle=vulkan",
    "--disable-vulkan-surface",
  ],
  software: [
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
  ],
};

async function open(choice: unknown, card: string): Promise<{ page: Page; description: Description }> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("there is no Chromium on the PATH; CHROMIUM_PATH may name one");
  const { address } = await servePage();
  const args = ["--no-sandbox", ...(graphics[card] ?? [])];
  const browser = await chromium.launch({ executablePath, args });
  const page = await browser.newPage();
  await page.goto(address, { waitUntil: "load" });
  const own = await page.evaluate((wanted) => (globalThis as unknown as BenchPage).bench.start(wanted), choice);
  const adapter = card === "none" ? {} : { adapter: await page.evaluate(adapterName) };
  const { versions, details } = own;
  const description = { versions: { Chromium: browser.version(), ...versions }, details: { ...details, ...adapter } };
  return { page, description };
}

try {
  const { page, description } = await open(JSON.parse(process.argv[2] ?? "{}"), process.argv[3] ?? "none");
  say({ description });
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Request;
    say(await page.evaluate((asked) => (globalThis as unknown as BenchPage).bench.ask(asked), request));
  }
} catch (error) {
  say({ absent: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error) });
}
process.exit();
