import * as z from "zod/mini";
import { parseOptions } from "./parse-options.js";

/**
 * Returns options with other defaults. Descriptions and other metadata stay.
 *
 * @param defaults - the values that differ, by option
 * @throws OptionError naming every unknown option and every wrong value
 * @example
 * const options = withDefaults(beforeStepOptions, { hiddenSize: 64, scorer: "dot" });
 */
export function withDefaults<S extends z.ZodMiniObject>(options: S, defaults: Partial<z.input<S>>): S {
  parseOptions("withDefaults", z.partial(options), defaults);
  const changed = Object.entries(defaults).map(([key, value]) => [key, withDefault(options.shape[key]!, value)]);
  return z.extend(options, Object.fromEntries(changed)) as unknown as S;
}

function withDefault(option: z.core.$ZodType, value: unknown): z.core.$ZodType {
  const { innerType = option } = option._zod.def as { readonly innerType?: z.core.$ZodType };
  const changed = z._default(innerType, value as never);
  z.globalRegistry.add(changed, { ...z.globalRegistry.get(option) });
  return changed;
}
