import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const pages: Readonly<Record<string, string>> = {
  checks: '<script type="module" src="checks.js"></script>',
  // As anybody would write it: two packages by their names, and nothing else to say.
  plain: `<script type="importmap">
      { "imports": { "@heed/tensor": "./tensor.js", "@heed/backend-wasm": "./backend-wasm.js" } }
    </script>
    <script type="module">
      import { matmul, tensor, use } from "@heed/tensor";
      import { wasm } from "@heed/backend-wasm";
      const backend = await use(wasm());
      const product = matmul(tensor([[1, 2], [3, 4]]), tensor([[5, 6], [7, 8]]));
      document.title = [backend.report().backend, ...(await product.data())].join(" ");
    </script>`,
};

const isolated = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const policy = (directives: string) => ({ ...isolated, "Content-Security-Policy": directives });

/** The headers of each folder. */
const folders: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  open: {},
  isolated,
  "no-eval": policy("script-src 'self' 'wasm-unsafe-eval'; worker-src blob:"),
  "no-workers": policy("script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'"),
  "no-blob-workers": policy("script-src 'self' 'wasm-unsafe-eval'"),
  "no-webassembly": policy("script-src 'self'; worker-src blob:"),
};

/**
 * Serves pages and scripts on this machine alone, each folder with headers of its own: `isolated/` may share memory
 * between threads, `open/` may not, and the others are isolated with a Content-Security-Policy.
 */
export async function servePages(
  scripts: ReadonlyMap<string, string>,
): Promise<{ address: string; close: () => void }> {
  const server = createServer(({ url = "/" }, response) => {
    const [, folder = "", file = ""] = url.split("/");
    for (const [name, value] of Object.entries(folders[folder] ?? {})) response.setHeader(name, value);
    const script = scripts.get(file);
    const body = pages[file];
    if (script !== undefined) response.setHeader("Content-Type", "text/javascript").end(script);
    else if (body === undefined) response.writeHead(404).end();
    else
      response
        .setHeader("Content-Type", "text/html; charset=utf-8")
        .end(`<!doctype html><title>…</title><link rel="icon" href="data:," />${body}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
