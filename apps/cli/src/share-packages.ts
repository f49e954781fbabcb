import * as nodeModule from "node:module";

let shared = false;

/** Behind the address of a `.js` file, it says that this is an ES module, whatever a `package.json` near it says. */
export const MODULE_MARK = "?heed-module";

/**
 * From now on every file that is imported gets this program's own `@heed/…` packages, wherever it lies: a scorer of
 * somebody's own needs no installation beside it, and never a second copy, whose tensors would be foreign ones.
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
        if (!specifier.startsWith("@heed/")) return next(specifier, context);
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
    if (!specifier.startsWith("@heed/")) return next(specifier, context);
    try {
      return await next(specifier, { ...context, parentURL: ${JSON.stringify(home)} });
    } catch {
      return next(specifier, context);
    }
  }`;
  nodeModule.register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
