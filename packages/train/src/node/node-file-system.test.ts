import { execFileSync } from "node:child_process";
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../testing/tiny.js";
import { nodeFileSystem } from "./node-file-system.js";

describe("nodeFileSystem", () => {
  test("writing replaces a link, and never the file that it leads to", async () => {
    const [folder, outside] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(`${outside}/mine`, "precious");
    await symlink(`${outside}/mine`, `${folder}/state.json.next`);
    await symlink(`${outside}/new`, `${folder}/config.yaml.next`);
    for (const name of ["state.json.next", "config.yaml.next"]) {
      await nodeFileSystem.write(`${folder}/${name}`, new TextEncoder().encode("ours"));
      expect((await lstat(`${folder}/${name}`)).isFile()).toBe(true);
    }
    expect(await readdir(outside)).toEqual(["mine"]);
    expect(await readFile(`${outside}/mine`, "utf8")).toBe("precious");
  });

  test("a link to a regular file is read", async () => {
    const folder = await temporaryFolder();
    await writeFile(`${folder}/file`, "text");
    await symlink(`${folder}/file`, `${folder}/link`);
    expect(new TextDecoder().decode((await nodeFileSystem.read(`${folder}/link`))!)).toBe("text");
  });

  test.skipIf(process.platform === "win32")(
    "pipes, devices and sockets are refused, and nothing waits (not on Windows)",
    async () => {
      const folder = await temporaryFolder();
      execFileSync("mkfifo", [`${folder}/pipe`]);
      await symlink("/dev/zero", `${folder}/device`);
      const server = createServer().listen(`${folder}/socket`);
      await expect(nodeFileSystem.read(`${folder}/pipe`)).rejects.toThrow(
        `${folder}/pipe must be a regular file, got a pipe.`,
      );
      await expect(nodeFileSystem.read(`${folder}/device`)).rejects.toThrow(
        "must be a regular file, got a device or socket.",
      );
      await expect(nodeFileSystem.read(`${folder}/socket`)).rejects.toThrow();
      server.close();
    },
  );

  test("a folder is not a file, and a file that is missing is null", async () => {
    const folder = await temporaryFolder();
    await mkdir(`${folder}/sub`);
    await expect(nodeFileSystem.read(`${folder}/sub`)).rejects.toThrow(
      `${folder}/sub must be a regular file, got a folder.`,
    );
    expect(await nodeFileSystem.read(`${folder}/none`)).toBeNull();
  });
});
