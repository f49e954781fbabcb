import type { RunVerification, VerifyRunOptions } from "./verified-file.js";

/**
 * Checks every file of a run folder: checksums, finite numbers, shapes and vocabularies against `config.yaml`, and those of
 * the previous checkpoint. It changes nothing, executes nothing from the folder, and reads only files that a run can have.
 * Models are built on the backend in use.
 *
 * @throws RunError when there is no such folder
 * @example
 * const { sound, files } = await verifyRun("runs/copy", { fileSystem: opfsFileSystem() });
 * if (!sound) console.log(files.flatMap(({ faults }) => faults));
 */
export async function verifyRun(folder: string, options: VerifyRunOptions): Promise<RunVerification> {
  const { Verification } = await import("./verification.js");
  const files = await new Verification(folder, options).run();
  return { folder, files, sound: files.every(({ faults }) => faults.length === 0) };
}
