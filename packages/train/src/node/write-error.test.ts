import { expect, test } from "vitest";
import { RunError } from "../run/run-error.js";
import { changing } from "./write-error.js";

const systemError = (code: string): Error => Object.assign(new Error(`${code}: no, write`), { code });

test.each(["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS"])("%s names the file, and says what to do", async (code) => {
  const failing = changing("runs/copy/model.safetensors", Promise.reject(systemError(code)));
  await expect(failing).rejects.toThrow(RunError);
  await expect(failing).rejects.toThrow(
    new RegExp(`^Cannot write runs/copy/model.safetensors: .*\\(${code}\\)\\. .*, then repeat the command\\.`),
  );
});

test("other errors stay as they are, and results are returned", async () => {
  const other = systemError("EACCES");
  await expect(changing("runs/copy", Promise.reject(other))).rejects.toBe(other);
  expect(await changing("runs/copy", Promise.resolve(3))).toBe(3);
});
