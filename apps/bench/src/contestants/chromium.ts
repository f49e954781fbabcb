import { createReadStream, existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, extname, join, normalize } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
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

/** @throws Error where the machine has no Chromium */
function findChromium(): string {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
  if (!found) throw new Error("there is no Chromium on the PATH");
  return found;
}

interface BenchPage {
  bench: { start(choice: unknown): Promise<Description>; ask(request: Request): Promise<Reply> };
}

async function open(choice: unknown): Promise<{ page: Page; description: Description }> {
  const { address } = await servePage();
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
  const page = await browser.newPage();
  await page.goto(address, { waitUntil: "load" });
  const own = await page.evaluate((wanted) => (globalThis as unknown as BenchPage).bench.start(wanted), choice);
  return { page, description: { ...own, versions: { Chromium: browser.version(), ...own.versions } } };
}

try {
  const { page, description } = await open(JSON.parse(process.argv[2] ?? "{}"));
  say({ description });
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Request;
    say(await page.evaluate((asked) => (globalThis as unknown as BenchPage).bench.ask(asked), request));
  }
} catch (error) {
  say({ absent: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error) });
}
process.exit();
