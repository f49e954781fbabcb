import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { execa } from "execa";

/** Installed when a release is rehearsed, and not with the workspace: it has 320 packages in 65 MB. */
const verdaccio = "6.10.4";

/** A registry on this machine. */
export interface LocalRegistry {
  readonly url: string;
  /** Ends the server. */
  stop(): void;
}

/** Returns a port that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/**
 * Installs verdaccio in a folder and starts it. The registry accepts packages of heed from everybody, never asks another
 * registry for them, and passes all other requests to `upstream`.
 *
 * @param env - the environment that verdaccio is installed in
 * @throws when it does not answer within a minute
 */
export async function startRegistry(folder: string, upstream: string, env: NodeJS.ProcessEnv): Promise<LocalRegistry> {
  await mkdir(folder, { recursive: true });
  // verdaccio-audit names a tag of node-fetch, which mirrors of the registry may lack.
  const project = { private: true, dependencies: { verdaccio }, overrides: { "node-fetch": "^2.7.0" } };
  await writeFile(join(folder, "package.json"), JSON.stringify(project));
  const flags = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  await execa("npm", ["install", ...flags], { cwd: folder, env, extendEnv: false });

  const own = { access: "$all", publish: "$all" };
  const settings = {
    storage: join(folder, "storage"),
    auth: { htpasswd: { file: join(folder, "htpasswd"), max_users: -1 } },
    uplinks: { upstream: { url: upstream, timeout: "60s" } },
    packages: { heed: own, "@heed/*": own, "**": { access: "$all", proxy: "upstream" } },
    web: { enable: false },
    log: { type: "stdout", format: "pretty", level: "warn" },
  };
  // YAML contains JSON.
  const config = join(folder, "config.yaml");
  await writeFile(config, JSON.stringify(settings));

  const url = `http://127.0.0.1:${await freePort()}/`;
  const program = join(folder, "node_modules/verdaccio/bin/verdaccio");
  const server = execa(process.execPath, [program, "--config", config, "--listen", url], {
    cwd: folder,
    reject: false,
    all: true,
  });
  let ended = false;
  void server.then(() => {
    ended = true;
  });
  for (let tries = 0; tries < 120 && !ended; tries++) {
    const answers = await fetch(`${url}-/ping`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) return { url, stop: () => server.kill() };
    await wait(500);
  }
  server.kill();
  throw new Error(`verdaccio ${verdaccio} did not answer at ${url}:\n${(await server).all}`);
}
