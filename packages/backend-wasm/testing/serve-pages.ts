import { fileURLToPath } from "node:url";
import { bundleSources } from "@heed/tooling/bundle-sources";
import { serve } from "@heed/tooling/serve";

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
 * Bundles what pages need from the sources, and serves it: the two packages as a site would serve them, and the checks.
 * Each folder has headers of its own: `isolated/` may share memory between threads, `open/` may not, and the others are
 * isolated with a Content-Security-Policy.
 *
 * @param folder - where the bundler may write
 * @returns the server, and the text of each script by its name
 */
export async function servePages(
  folder: string,
): Promise<{ address: string; close: () => void; scripts: ReadonlyMap<string, string> }> {
  const scripts = await bundleSources({
    home: fileURLToPath(new URL("../", import.meta.url)),
    entry: { tensor: "../tensor/src/index.ts", "backend-wasm": "src/index.ts", checks: "testing/checks-page.ts" },
    folder,
    platform: "browser",
    splitting: true,
  });
  const server = await serve((path) => {
    const [kind = "", file = ""] = path.split("/");
    return { headers: folders[kind] ?? {}, script: scripts.get(file), page: pages[file] };
  });
  return { ...server, scripts };
}
