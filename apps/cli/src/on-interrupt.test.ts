import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";

// The processor is busy after the first signal, and so no listener would ever be called again.
const program = `
  import { onInterrupt } from ${JSON.stringify(new URL("./on-interrupt.ts", import.meta.url).href)};
  onInterrupt((signal) => {
    process.stdout.write("asked " + signal, () => { for (;;); });
  });
  setInterval(() => undefined, 1000);
  process.stdout.write("ready");
`;

it.skipIf(process.platform === "win32").each([
  ["SIGINT", "SIGINT"],
  ["SIGTERM", "SIGTERM"],
  ["SIGINT", "SIGTERM"],
] as const)(
  "hands the first signal (%s) to the listener; a second one (%s) ends the process at once (not on Windows)",
  async (first, second) => {
    const child = spawn(process.execPath, ["--no-warnings", "--input-type=module", "--eval", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    const told = async (): Promise<string> => String((await once(child.stdout, "data"))[0]);
    try {
      expect(await told()).toBe("ready");
      child.kill(first);
      expect(await told()).toBe(`asked ${first}`);
      expect(child.exitCode).toBeNull();
      child.kill(second);
      expect(await ended).toEqual([null, second]);
    } finally {
      child.kill("SIGKILL");
    }
  },
);
