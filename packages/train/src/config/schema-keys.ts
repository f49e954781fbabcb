import type * as z from "zod";

/** Returns the keys of an object schema with their schemas, also of one with a default; none for another schema. */
export function schemaShape(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  const { shape, def } = schema as unknown as {
    readonly shape?: Readonly<Record<string, z.ZodType>>;
    readonly def?: { readonly innerType?: z.ZodType };
  };
  return shape ?? (def?.innerType ? schemaShape(def.innerType) : {});
}

/** Returns the keys of an object schema; none for another schema. */
export function schemaKeys(schema: z.ZodType): readonly string[] {
  return Object.keys(schemaShape(schema));
}
