import type * as z from "zod";

/**
 * Returns an option with another default and the same description and metadata.
 *
 * @example
 * const options = beforeStepOptions.extend({ hiddenSize: withDefault(beforeStepOptions.shape.hiddenSize, 64) });
 */
export function withDefault<S extends z.ZodType>(option: z.ZodDefault<S>, value: z.output<S>): z.ZodDefault<S> {
  const changed = option.unwrap().default(value as never) as z.ZodDefault<S>;
  return changed.meta(option.meta() ?? {});
}
