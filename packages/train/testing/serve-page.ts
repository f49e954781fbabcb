import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export { executablePath, launchArguments } from "../../backend-gpu/testing/chromium.js";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Bundles modules of this folder from the sources, as a site does, and serves them with a page on this machine alone.
 *
 * @param entries - names of modules, such as `gpu-page`; the page loads the first one
 */
export async function servePage(...entries: readonly string[]): Promise<{ address: string; close: () => void }> {
  const { outputFiles } = await build({
    entryPoints: entries.map((name) => path(`./${name}.ts`)),
    // Its paths lead from `@heed/x` to the sources.
    tsconfig: path("../tsconfig.json"),
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2023",
    platform: "browser",
    outdir: "/",
    write: false,
    logLevel: "error",
  });
  const scripts = new Map(outputFiles.map((file) => [`/${basename(file.path)}`, file.text]));
  const server = createServer(({ url = "/" }, response) => {
    const script = scripts.get(url);
    if (script !== undefined) response.setHeader("Content-Type", "text/javascript").end(script);
    else
      response
        .setHeader("Content-Type", "text/html; charset=utf-8")
        .end(`<!doctype html><link rel="icon" href="data:," /><script type="module" src="${entries[0]}.js"></script>`);
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
