import type { Description, Reply, Request } from "../contestants/contestant.js";

/** A contestant that is there, as the benchmark talks to it. */
export interface ContestantLink {
  readonly description: Description;
  alive(): boolean;
  /** @throws Error when it died, or takes longer than `seconds` */
  ask(request: Request, seconds: number): Promise<Reply>;
  close(): void;
}

/** How to start a contestant. */
export interface ContestantPlan {
  readonly id: string;
  readonly label: string;
  /** How many threads it may use; decides by which limit it is measured. */
  readonly threads: number;
  /** @returns the link, or why there is none */
  readonly start: () => Promise<ContestantLink | { readonly absent: string }>;
}
