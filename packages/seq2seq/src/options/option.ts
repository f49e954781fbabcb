import * as z from "zod/mini";

/** What help texts, JSON schemas and checks read about an option. */
export interface OptionMeta {
  readonly description: string;
  /** The kind of extension that the option names, such as `scorer`. */
  readonly extension?: string;
  /** The kind of extension whose options the value has, such as `optimizer`. */
  readonly optionsOf?: string;
}

/**
 * Describes an option that has a default.
 *
 * @param schema - of the value; a schema of `zod` or of `zod/mini`
 * @param value - the default
 * @param meta - the description for help texts and JSON schemas, alone or with other metadata
 * @example
 * const options = z.extend(beforeStepOptions, { size: option(z.int(), 3, "Size of the new part.") });
 */
export function option<S extends z.core.SomeType>(
  schema: S,
  value: z.core.util.NoUndefined<z.output<S>>,
  meta: string | OptionMeta,
): z.ZodMiniDefault<S> {
  const described = z._default(schema, value);
  z.globalRegistry.add(described, typeof meta === "string" ? { description: meta } : { ...meta });
  return described;
}
