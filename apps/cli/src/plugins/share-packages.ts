import * as nodeModule from "node:module";

let shared = false;

/** Behind the address of a `.js` or `.ts` file, it says that this is an ES module, whatever a `package.json` near it says. */
export const MODULE_MARK = "?heed-module";

/** `heed` and its entries, and `@heed/…`. */
const ownPackage = /^(?:heed(?:\/|$)|@heed\/)/;
/** TypeScript of a plug-in: everything else that this process imports is JavaScript. */
const typeScript = /^file:(?!.*\/node_modules\/).*\.m?ts$/;

/**
 * Resolves `heed` and `@heed/…` to the packages of this program in every file that is imported later, wherever the file
 * is. A plug-in needs no installation, and loads no second copy of these packages. Files whose address has the mark, and
 * TypeScript files, are ES modules, also where the nearest `package.json` says `"type": "commonjs"`.
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
        const own = ownPackage.test(specifier) && tryTo(() => next(specifier, { ...context, parentURL: home }));
        const found = own || next(specifier, context);
        if (typeScript.test(found.url.replace(MODULE_MARK, ""))) return { ...found, format: "module-typescript" };
        return found.url.endsWith(MODULE_MARK) ? { ...found, format: "module" } : found;
      },
    });
    return;
  }
  // No TypeScript here: these versions of Node do not read it.
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

function tryTo<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
