import type * as z from "zod";

/** Returns the keys of an object schema; none for another schema. */
export function schemaKeys(schema: z.ZodType): readonly string[] {
  return "shape" in schema ? Object.keys(schema.shape as object) : [];
}
