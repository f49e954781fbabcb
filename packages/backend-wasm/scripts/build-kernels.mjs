/**
 * Compiles assembly/ into the variants that the backend chooses from, and embeds them in TypeScript modules, as base64 of
 * deflated bytes: nothing to copy, no path to configure. The 256-bit variant has a module of its own, because pages never
 * load it. The 128-bit variants are almost the same, so they are deflated together: 33 KiB instead of 53.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import asc from "assemblyscript/asc";
import { generateTiles } from "./generate-tiles.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));

/** `columns` of a tile: 16 floats keep 256-bit registers busy, 8 those of 128 bits. */
const variants = [
  { name: "plain128", relaxed: 0, columns: 8 },
  { name: "relaxed128", relaxed: 1, columns: 8 },
  { name: "relaxed256", relaxed: 1, columns: 16 },
];

async function compile({ name, relaxed, columns }) {
  writeFileSync(`${root}assembly/tiles.ts`, generateTiles(columns / 4));
  const { error, stderr, binary } = await run(
    ["assembly/index.ts", "--outFile", "out.wasm", "-O3", "--noAssert", "--runtime", "stub", "--use", "abort="]
      .concat(["--use", `RELAXED=${relaxed}`, "--use", `NR=${columns}`])
      .concat(["--enable", "simd", "--enable", "relaxed-simd", "--enable", "threads", "--enable", "bulk-memory"])
      // The memory is shared; where a page may not share memory, the loader takes the mark off.
      .concat(["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"])
      .concat(["--memoryBase", "1024", "--initialMemory", "1"]),
  );
  if (error) throw new Error(`${name}: ${error.message}\n${stderr}`);
  return { name, binary };
}

async function run(args) {
  const stderr = asc.createMemoryStream();
  let binary = null;
  const { error } = await asc.main(args, {
    stdout: asc.createMemoryStream(),
    stderr,
    readFile: (path, base) => {
      try {
        return readFileSync(new URL(path, `file://${base === "." ? root : `${base}/`}`), "utf8");
      } catch {
        return null;
      }
    },
    writeFile: (_path, contents) => {
      binary = contents;
    },
    listFiles: () => [],
  });
  return { error, stderr: stderr.toString(), binary };
}

/**
 * Cuts each module into eight parts and puts the first parts one after the other, then the second ones, and so on: equal code
 * then stands less than 32 KiB apart, which is as far as deflate looks back. src/instance.ts takes them apart again.
 */
function interleave(modules) {
  const parts = Array.from({ length: 8 }, (_, i) =>
    modules.map((bytes) => {
      const cut = (part) => Math.floor((bytes.length * part) / 8);
      return bytes.subarray(cut(i), cut(i + 1));
    }),
  );
  return Buffer.concat(parts.flat());
}

/** What the kernels are made from; when it has not changed, there is nothing to do. */
function fingerprint() {
  const hash = createHash("sha256");
  const sources = ["assembly", "scripts"].flatMap((folder) =>
    readdirSync(`${root}${folder}`)
      .filter((name) => name !== "tiles.ts" && /\.m?[jt]s$/.test(name))
      .sort()
      .map((name) => `${folder}/${name}`),
  );
  for (const path of sources) hash.update(path).update(readFileSync(root + path));
  return hash.update(asc.version).digest("hex");
}

const stamp = `// Written by scripts/build-kernels.mjs from ${fingerprint()}: compiled kernels, interleaved, deflated, in base64.`;
const modules = [128, 256].map((bits) => ({
  target: `${root}src/kernels-${bits}.generated.ts`,
  own: variants.filter(({ name }) => name.endsWith(`${bits}`)),
}));
const isFresh = ({ target }) => existsSync(target) && readFileSync(target, "utf8").startsWith(stamp);
if (modules.every(isFresh)) process.exit(0);
for (const { target, own } of modules) {
  const compiled = [];
  for (const variant of own) compiled.push(await compile(variant));
  // A smaller memory level than the default starts new code tables more often, which suits kernels: 1.5 % smaller.
  const deflated = deflateRawSync(interleave(compiled.map(({ binary }) => binary)), { level: 9, memLevel: 6 });
  const sizes = compiled.map(({ name, binary }) => `${name}: ${binary.length}`).join(", ");
  writeFileSync(
    target,
    `${stamp}
export const sizes = { ${sizes} };
export const deflated: string =
  "${deflated.toString("base64")}";
`,
  );
  console.log(`${sizes}, deflated ${deflated.length}`);
}
