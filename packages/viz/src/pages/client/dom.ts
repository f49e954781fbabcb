import type { DrawnPage, PageData } from "../page.js";

/** The data that stands in the page. */
export function readPage<P extends DrawnPage>(): PageData<P> {
  return JSON.parse(document.getElementById("page")!.textContent!) as PageData<P>;
}

/** The scale of colours from 0 to `max`. */
export function colorScale(colors: readonly string[], max: number): (weight: number) => string {
  return (weight) => colors[Math.round(Math.min(1, weight / max) * (colors.length - 1))]!;
}

type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Makes an element; an attribute that is true stands alone, one that is false is left out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** Makes an element of an SVG picture. */
export function shape<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

function setAttributes(made: Element, attributes: Attributes): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(key, value === true ? "" : String(value));
  }
}

/** A row of choices of which one holds: radio buttons, which a keyboard and a screen reader know. */
export function choice(legend: string, options: readonly { value: string; label: string; color?: string }[]) {
  const inputs = new Map<string, HTMLInputElement>();
  const labels = options.map(({ value, label, color }) => {
    const input = element("input", { type: "radio", name: legend, value });
    inputs.set(value, input);
    const swatch = element("span", { class: "swatch" });
    if (color !== undefined) swatch.style.background = color;
    return element("label", { class: "option" }, input, ...(color === undefined ? [] : [swatch]), label);
  });
  const root = element("fieldset", { class: "choice" }, element("legend", {}, legend), ...labels);
  // After a click the arrow keys belong to the page again; those who chose with the keys go on choosing.
  let pointed = false;
  root.addEventListener("pointerdown", () => {
    pointed = true;
  });
  root.addEventListener("keydown", () => {
    pointed = false;
  });
  root.addEventListener("change", ({ target }) => {
    if (pointed && target instanceof HTMLElement) target.blur();
  });
  return { root, inputs };
}

/** Whether a key belongs to what has the focus, which does something of its own with it. */
export function isTaken(event: KeyboardEvent): boolean {
  if (event.altKey || event.ctrlKey || event.metaKey) return true;
  const { target } = event;
  if (target instanceof HTMLInputElement && target.type !== "checkbox") return true;
  if (target instanceof HTMLSelectElement) return true;
  return event.key === " " && target instanceof HTMLElement && target.matches("button, summary, input");
}
