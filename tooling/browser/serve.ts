import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What is sent for a path: a script, or the body of a page. */
export interface Response {
  readonly headers?: Readonly<Record<string, string>>;
  readonly script?: string | undefined;
  readonly page?: string | undefined;
}

/**
 * Serves on this machine alone.
 *
 * @param respond - returns the response for a path, given without its first slash; a response without content is a 404
 * @returns the address, without a slash at its end
 */
export async function serve(respond: (path: string) => Response): Promise<{ address: string; close: () => void }> {
  const server = createServer(({ url = "/" }, response) => {
    const { headers = {}, script, page } = respond(url.slice(1));
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (script !== undefined) response.setHeader("Content-Type", "text/javascript").end(script);
    else if (page === undefined) response.writeHead(404).end();
    else
      response
        .setHeader("Content-Type", "text/html; charset=utf-8")
        .end(`<!doctype html><title>…</title><link rel="icon" href="data:,"><body>${page}</body>`);
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
