import { sha256 } from "./sha256.js";

const firstLine = /^# SHA-256 of the lines below: ([0-9a-f]{64})\. Delete this line if you edit them\.\n/;

/** Writes the checksum of a YAML text above it, as a comment. */
export async function checkedText(text: string): Promise<string> {
  return `# SHA-256 of the lines below: ${await checksumOf(text)}. Delete this line if you edit them.\n${text}`;
}

/** Returns whether a text has the checksum in its first line; null when the line is not a checksum. */
export async function hasOwnChecksum(text: string): Promise<boolean | null> {
  const [line, checksum] = firstLine.exec(text) ?? [];
  return line === undefined ? null : (await checksumOf(text.slice(line.length))) === checksum;
}

function checksumOf(text: string): Promise<string> {
  return sha256(new TextEncoder().encode(text));
}
