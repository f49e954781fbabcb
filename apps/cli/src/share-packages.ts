import * as nodeModule from "node:module";

let shared = false;

/** Behind the address of a `.js` file, it says that this is an ES module, whatever a `package.json` near it says. */
export const MODULE_MARK = "?heed-module";

/** `heed` and its entries, and `@heed/…`. */
const ownPackage = /^(?:heed(?:\/|$)|@heed\/)/;

/**
 * Resolves `heed` and `@heed/…` to the packages of this program in every file that is imported later, wherever the file
 * is. A scorer file needs no installation, and never loads a second copy, whose tensors this program would refuse.
 */
export function sharePackages(): void {
  if (shared) return;
  shared = true;
  const home = import.meta.url;
  // Since Node 22.15; the older way asks in a thread of its own.
  const { registerHooks } = nodeModule as Partial<typeof nodeModule>;
  if (registerHooks) {
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier.endsWith(MODULE_MARK)) return { ...next(specifier, context), format: "module" };
        if (!ownPackage.test(specifier)) return next(specifier, context);
        try {
          return next(specifier, { ...context, parentURL: home });
        } catch {
          return next(specifier, context);
        }
      },
    });
    return;
  }
  const hook = `export async function resolve(specifier, context, next) {
    if (specifier.endsWith(${JSON.stringify(MODULE_MARK)})) return { ...(await next(specifier, context)), format: "module" };
    if (!${ownPackage}.test(specifier)) return next(specifier, context);
    try {
      return await next(specifier, { ...context, parentURL: ${JSON.stringify(home)} });
    } catch {
      return next(specifier, context);
    }
  }`;
  nodeModule.register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
