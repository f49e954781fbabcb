import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

export { executablePath, launchArguments } from "../../backend-gpu/testing/chromium.js";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Bundles {@link file://./gpu-page.ts} from the sources and serves a page with it on this machine alone. */
export async function serveGpuPage(folder: string): Promise<{ address: string; close: () => void }> {
  await build({
    config: false,
    entry: { page: path("./gpu-page.ts") },
    // Its paths lead from `@heed/x` to the sources.
    tsconfig: path("../tsconfig.json"),
    noExternal: [/./],
    external: [/^node:/],
    format: ["esm"],
    target: "es2023",
    platform: "browser",
    splitting: true,
    silent: true,
    outDir: folder,
  });
  const scripts = new Map(readdirSync(folder).map((name) => [`/${name}`, readFileSync(join(folder, name), "utf8")]));
  const server = createServer(({ url = "/" }, response) => {
    const script = scripts.get(url);
    if (script !== undefined) response.setHeader("Content-Type", "text/javascript").end(script);
    else
      response
        .setHeader("Content-Type", "text/html; charset=utf-8")
        .end('<!doctype html><link rel="icon" href="data:," /><script type="module" src="page.js"></script>');
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
