/** What happens at an operation on the disk: the process is killed around it, or it fails. */
export type FaultKind = "before" | "half" | "after" | "ENOSPC" | "EIO" | "EFBIG";

/** A fault of one process, which the preloaded module `faults-worker` causes. It is passed as JSON in `HEED_FAULT`. */
export interface Fault {
  /** Only operations in this folder count. */
  readonly folder: string;
  /** The operation, counted from 1; 0 for none. */
  readonly at: number;
  readonly kind: FaultKind;
  /** All later operations that need space fail, too, as on a full disk. */
  readonly lasting?: boolean;
  /** At its end, the process writes its operations to this file, one a line. */
  readonly log?: string;
}
