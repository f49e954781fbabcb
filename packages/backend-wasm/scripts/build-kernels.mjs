/**
 * Compiles assembly/ into the variants that the backend chooses from, and embeds them in src/kernels.generated.ts:
 * nothing to copy, no path to configure.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
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

const target = `${root}src/kernels.generated.ts`;
const stamp = `// Written by scripts/build-kernels.mjs from ${fingerprint()}: the compiled kernels, in base64.`;
if (existsSync(target) && readFileSync(target, "utf8").startsWith(stamp)) process.exit(0);
const lines = [stamp];
for (const variant of variants) {
  const { name, binary } = await compile(variant);
  lines.push(`export const ${name}: string =\n  "${Buffer.from(binary).toString("base64")}";`);
  console.log(`${name}: ${(binary.length / 1024).toFixed(0)} KiB`);
}
writeFileSync(target, `${lines.join("\n")}\n`);
