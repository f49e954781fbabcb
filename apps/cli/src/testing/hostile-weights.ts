import { createHash } from "node:crypto";
import { encodeSafetensors, type SafeTensor } from "@heed/tensor";
import { escapes } from "./hostile-text.js";

/** Puts weights in the place of the best ones, with the right checksum in `state.json`. */
export function setBest(files: Map<string, Uint8Array>, bytes: Uint8Array): void {
  files.set("best.safetensors", bytes);
  sign(files, "best.safetensors", "files");
}

/** Writes the checksum of a file into `state.json`, as an attacker would. */
export function sign(files: Map<string, Uint8Array>, name: string, section: "files" | "tokenizers"): void {
  const bytes = files.get(name)!;
  const { checksum: _, ...state } = JSON.parse(new TextDecoder().decode(files.get("state.json"))) as {
    files: Record<string, unknown>;
    tokenizers: Record<string, unknown>;
    checksum: string;
  };
  state[section][name] = {
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
  const checksum = createHash("sha256").update(JSON.stringify(state)).digest("hex");
  files.set("state.json", new TextEncoder().encode(JSON.stringify({ ...state, checksum })));
}

/** A safetensors file of a header, whatever it says, and zeros. */
function headerOf(header: string, zeros = 0, claimed?: bigint): Uint8Array {
  const words = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + words.length + zeros);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(words.length), true);
  bytes.set(words, 8);
  return bytes;
}

const tensorHeader = (shape: string, offsets: string): string =>
  `{"w":{"dtype":"F32","shape":${shape},"data_offsets":${offsets}}}`;

/** Hostile weights. */
export const hostileWeights: Readonly<Record<string, Uint8Array>> = {
  "a header length of 2^63": headerOf("{}", 0, 2n ** 63n),
  "a header of 2 MiB": headerOf(`{"w":"${"x".repeat(2 ** 21)}"}`),
  "negative offsets": headerOf(tensorHeader("[2]", "[-8,0]"), 8),
  "overlapping tensors": headerOf(
    '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}',
    6,
  ),
  "a shape of 10^12 elements": headerOf(tensorHeader("[1000000000000]", "[0,4000000000000]"), 8),
  "names that are escapes": encodeSafetensors({ [escapes]: { dtype: "F32", shape: [1], data: Float32Array.of(1) } }),
  NaN: encodeSafetensors({ w: { dtype: "F32", shape: [1], data: Float32Array.of(Number.NaN) } }),
  "no tensors": encodeSafetensors({} as Record<string, SafeTensor>),
};
