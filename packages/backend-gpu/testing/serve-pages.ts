import { fileURLToPath } from "node:url";
import { bundleSources } from "@heed/tooling/bundle-sources";
import { serve } from "@heed/tooling/serve";

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

/**
 * Bundles what pages need from the sources, and serves it: the two packages as a site would serve them, and the checks.
 * @param folder - where the bundler may write
 */
export async function servePages(folder: string): Promise<{ address: string; close: () => void }> {
  const scripts = await bundleSources({
    home: fileURLToPath(new URL("../", import.meta.url)),
    entry: { tensor: "../tensor/src/index.ts", "backend-gpu": "src/index.ts", checks: "testing/checks-page.ts" },
    folder,
    noExternal: [/^@heed\//, /^gpu\.js/],
    platform: "browser",
    splitting: true,
  });
  return serve((path) => ({ script: scripts.get(path), page: pages[path] }));
}
