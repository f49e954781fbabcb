import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as TensorPackage from "./index.js";
import { major, sharedRuntime, tensorBrand } from "./runtime.js";

type Copy = typeof TensorPackage;

const folder = mkdtempSync(join(tmpdir(), "heed-copies-"));
const sources = fileURLToPath(new URL("./", import.meta.url));

/** Builds the package, and what it depends on, into a folder of its own, and imports it from there. */
async function copyOf(name: string): Promise<Copy> {
  const outfile = join(folder, name, "index.js");
  await build({
    entryPoints: [join(sources, "index.ts")],
    alias: { "@heed/core": join(sources, "../../core/src/index.ts") },
    outfile,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2023",
    logLevel: "error",
  });
  return import(/* @vite-ignore */ pathToFileURL(outfile).href);
}

let one: Copy;
let two: Copy;

beforeAll(async () => {
  [one, two] = [await copyOf("one"), await copyOf("two")];
  await one.use(one.cpu());
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("two copies of the package", () => {
  test("are different code", () => {
    expect(one.Tensor).not.toBe(two.Tensor);
    expect(one.add).not.toBe(two.add);
  });

  test("share the backend in use, and apply operations to the tensors of each other", async () => {
    expect(two.currentBackend()).toBe(one.currentBackend());
    const x = two.tensor([[1, 2]]);
    expect(one.isTensor(x)).toBe(true);
    expect([...(await one.add(x, one.tensor([10, 20])).data())]).toEqual([11, 22]);
    expect([...(await one.tensor([3, 4]).add(x).data())]).toEqual([4, 6]);
    // A reshape shares the memory of the other copy's tensor.
    const reshaped = one.reshape(x, { shape: [2] });
    x.dispose();
    expect([...(await two.mul(reshaped, 2).data())]).toEqual([2, 4]);
    expect([...(await one.concat([one.ones([1]), two.ones([1])], { axis: 0 }).data())]).toEqual([1, 1]);
  });

  test("send gradients through the operations and to the parameters of each other", async () => {
    const [a, b] = [new one.Parameter(one.tensor([2, 3])), new two.Parameter(two.tensor([5, 7]))];
    expect([two.isParameter(a), one.isParameter(b), one.isParameter(one.ones([1]))]).toEqual([true, true, false]);
    one.scope(() => one.sum(two.mul(one.mul(a, b), b)).backward());
    expect([...(await a.grad!.data())]).toEqual([25, 49]);
    expect([...(await b.grad!.data())]).toEqual([20, 42]);
    two.scope(() => {
      const { gradients } = one.valueAndGrad(() => two.sum(two.softmax(two.mul(a, b), { axis: 0 })), [a as never]);
      expect(gradients[0]?.shape).toEqual([2]);
    });
    for (const parameter of [a, b]) parameter.dispose();
  });

  test("know whether the other one records", () => {
    expect(one.noGrad(() => two.isRecording())).toBe(false);
    expect(two.isRecording()).toBe(true);
    const w = new one.Parameter(one.tensor([1]));
    expect(two.noGrad(() => one.mul(w, 2)).tracked).toBe(false);
    w.dispose();
  });

  test("free the tensors that the other one makes in a scope, and return trees of them", () => {
    const before = one.memory().buffers;
    const { kept } = two.scope(() => {
      one.zeros([100]);
      return { kept: one.mul(two.ones([2]), 2) };
    });
    expect(two.memory().buffers).toBe(before + 1);
    expect(two.treeLeaves({ kept })).toEqual([kept]);
    two.disposeAll({ kept });
    expect(kept.disposed).toBe(true);
    expect(one.memory().buffers).toBe(before);
  });

  test("use the fused kernels of the other one's backend", async () => {
    let calls = 0;
    const reference = one.cpu();
    const fused = one.fuse(one.softmax, {
      forward: ([x]) => {
        calls++;
        return { outputs: [{ buffer: reference.unary("exp", x), shape: x.shape, dtype: "f32" }] };
      },
    });
    const backend = { ...reference, fused: [fused] };
    const x = two.tensor([0], { backend: backend as never });
    expect([...(await two.softmax(x, { axis: 0 }).data())]).toEqual([1]);
    expect(calls).toBe(1);
  });

  test("report operations to one observer", async () => {
    const source = await one.findNonFinite(() => two.log(two.tensor([-1])));
    expect(source?.op).toBe("log");
    await expect(one.findNonFinite(() => two.findNonFinite(() => undefined))).rejects.toThrow("already running");
  });
});

describe("another major version", () => {
  test("is refused when it is loaded, and both places are named", () => {
    const holder = {};
    const first = sharedRuntime(holder, "file:///app/node_modules/@heed/tensor/dist/index.js", 0);
    expect(sharedRuntime(holder, "file:///app/plug-in/node_modules/@heed/tensor/dist/index.js", 0)).toBe(first);
    expect(() => sharedRuntime(holder, "file:///plug-in/index.js", 1)).toThrow(
      "Expected one major version of @heed/tensor, got 0 (file:///app/node_modules/@heed/tensor/dist/index.js) and 1 (file:///plug-in/index.js). Install the same major version in both places.",
    );
  });

  test("has tensors that are refused, and both places are named", () => {
    const foreign = { shape: [1], dtype: "f32", [tensorBrand]: { major: 7, path: "file:///plug-in/index.js" } };
    expect(() => one.add(foreign as never, 1)).toThrow(
      /^Expected a tensor of @heed\/tensor 0 \(file:.*\), got one of @heed\/tensor 7 \(file:\/\/\/plug-in\/index\.js\)\./,
    );
    expect(() => one.treeLeaves([foreign])).toThrow("got one of @heed/tensor 7");
  });

  test("is the one in package.json", () => {
    const { version } = JSON.parse(readFileSync(join(sources, "../package.json"), "utf8")) as { version: string };
    expect(Number.parseInt(version, 10)).toBe(major);
  });
});
