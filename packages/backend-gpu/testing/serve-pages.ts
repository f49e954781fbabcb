import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const pages: Readonly<Record<string, string>> = {
  checks: '<script type="module" src="checks.js"></script>',
  // As anybody would write it: two packages by their names, and nothing else to say.
  plain: `<script type="importmap">
      { "imports": { "@heed/tensor": "./tensor.js", "@heed/backend-gpu": "./backend-gpu.js" } }
    </script>
    <script type="module">
      import { matmul, tensor, use } from "@heed/tensor";
      import { gpu } from "@heed/backend-gpu";
      const backend = await use(gpu());
      const product = matmul(tensor([[1, 2], [3, 4]]), tensor([[5, 6], [7, 8]]));
      document.title = [backend.report().details.mode, ...(await product.data())].join(" ");
    </script>`,
};

/** Serves pages and scripts on this machine alone. */
export async function servePages(
  scripts: ReadonlyMap<string, string>,
): Promise<{ address: string; close: () => void }> {
  const server = createServer(({ url = "/" }, response) => {
    const file = url.slice(1);
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
