import type { Browser, Page } from "playwright-core";

/** Options of {@link visit}. */
interface VisitOptions {
  /** Whether errors on the console count. Default: true. Browsers report there what a policy forbids. */
  readonly readConsole?: boolean;
}

/**
 * Opens an address in a context of its own, calls `ask` with the page, and closes it.
 * @throws Error when the page or its console reports an error
 */
export async function visit<T>(
  browser: Browser,
  address: string,
  ask: (page: Page) => Promise<T>,
  { readConsole = true }: VisitOptions = {},
): Promise<T> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      if (readConsole && message.type() === "error") faults.push(message.text());
    });
    await page.goto(address, { waitUntil: "load" });
    const answer = await ask(page);
    if (faults.length > 0) throw new Error(`${address} reports: ${faults.join("\n")}`);
    return answer;
  } finally {
    await context.close();
  }
}

/** Calls a function that a page exposes as a property of `globalThis.page`. Arguments and results are plain data. */
export function callPage(page: Page, name: string, argument: unknown): Promise<unknown> {
  return page.evaluate(
    ([key, value]) => {
      const { page: own } = globalThis as unknown as { page: Record<string, (value: unknown) => unknown> };
      return own[key]!(value);
    },
    [name, argument] as const,
  );
}
