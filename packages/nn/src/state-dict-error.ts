import { HeedError } from "@heed/core";

/** Parameters that do not fit the module they should be loaded into. */
export class StateDictError extends HeedError {
  override name = "StateDictError";

  /**
   * @param mismatched - a line each: the name, what the module has, and what came
   * @param missing - parameters of the module that did not come, with their shapes
   * @param unexpected - what came for no parameter, with its shape
   */
  constructor(
    readonly mismatched: readonly string[],
    readonly missing: readonly string[],
    readonly unexpected: readonly string[],
  ) {
    const part = (title: string, lines: readonly string[]): string[] =>
      lines.length > 0 ? [`  ${title}:`, ...lines.map((line) => `    ${line}`)] : [];
    super(
      [
        "The parameters do not fit this module; nothing was loaded.",
        ...part("mismatched", mismatched),
        ...part("missing", missing),
        ...part("unexpected", unexpected),
        mismatched.length > 0
          ? "Build the module with the sizes that it was saved with."
          : "Build the module as it was when it was saved, or tolerate what is missing on either side with { strict: false }.",
      ].join("\n"),
    );
  }
}
