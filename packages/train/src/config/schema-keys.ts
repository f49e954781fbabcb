import * as z from "zod/mini";

/** Returns the keys of an object schema with their schemas, also of one with a default; none for another schema. */
export function schemaShape(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  const { shape, def } = schema as unknown as {
    readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
    readonly def?: { readonly innerType?: z.core.$ZodType };
  };
  return shape ?? (def?.innerType ? schemaShape(def.innerType) : {});
}

/** Returns the keys of an object schema; none for another schema. */
export function schemaKeys(schema: z.core.$ZodType): readonly string[] {
  return Object.keys(schemaShape(schema));
}

/** Returns the metadata of a schema, such as its description. */
export function schemaMeta(schema: z.core.$ZodType | undefined): z.core.GlobalMeta | undefined {
  return schema && z.globalRegistry.get(schema);
}
