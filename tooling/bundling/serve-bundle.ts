import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";
import { onTestFinished } from "vitest";
import type { Bundle } from "./bundlers.ts";

/** Serves the files of a bundle, and a page that loads one of them, on this machine alone, until the test ends. */
export async function serveBundle(files: Bundle["files"], entry: string): Promise<string> {
  const page = `<!doctype html><title>…</title><link rel="icon" href="data:,"><body></body><script type="module" src="${entry}"></script>`;
  const server = createServer(({ url = "/" }, response) => {
    const script = files.get(url.slice(1)) ?? files.get(basename(url));
    if (script !== undefined) response.setHeader("Content-Type", "text/javascript").end(script);
    else response.setHeader("Content-Type", "text/html; charset=utf-8").end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
