import type { AnimationPage } from "../page.js";
import { element, shape } from "./dom.js";

/** What is shown of a map: its row of weights at the present step, and its colour. */
export interface Ray {
  readonly weights: readonly number[];
  readonly color: string;
}

const SEEN = 0.02; // a weight below is no line

/** The words of a sentence and of its translation, with bars above the source and lines between the two. */
export class Stage {
  readonly root: HTMLElement;
  readonly #inner: HTMLElement;
  readonly #lines = shape("svg", { class: "lines", "aria-hidden": true });
  readonly #source: { item: HTMLElement; bars: HTMLElement; share: HTMLElement; word: HTMLElement }[];
  readonly #target: HTMLButtonElement[];
  #drawn: { step: number; rays: readonly Ray[] } = { step: 0, rays: [] };

  /** @param choose - called with a word's step when it is clicked */
  constructor({ source, target }: AnimationPage, choose: (step: number) => void) {
    this.#source = source.map((text) => {
      const bars = element("span", { class: "bars", "aria-hidden": true });
      const share = element("span", { class: "share" });
      const word = element("span", { class: "word", dir: "auto" }, text);
      return { item: element("li", {}, bars, share, word), bars, share, word };
    });
    this.#target = target.map((text, i) => {
      const word = element("button", { class: "word", type: "button", dir: "auto" }, text);
      word.addEventListener("click", () => choose(i + 1));
      return word;
    });
    this.#inner = element(
      "div",
      { class: "inner" },
      this.#lines,
      element("p", { class: "side" }, "source"),
      element("ol", { class: "source", "aria-label": "source words" }, ...this.#source.map(({ item }) => item)),
      element("div", { class: "between" }),
      element(
        "ol",
        { class: "target", "aria-label": "target words" },
        ...this.#target.map((word) => element("li", {}, word)),
      ),
      element("p", { class: "side" }, "target"),
    );
    this.root = element(
      "div",
      { class: "stage", tabindex: 0, role: "group", "aria-label": "the sentence and its translation" },
      this.#inner,
    );
    new ResizeObserver(() => this.#drawLines()).observe(this.#inner);
  }

  /** Shows the first `step` words of the target, and the weights of the last of them. */
  show(step: number, rays: readonly Ray[]): void {
    const hadFocus = this.#target.some((word) => word === document.activeElement);
    this.#target.forEach((word, i) => {
      word.classList.toggle("unwritten", i >= step);
      if (i === step - 1) word.setAttribute("aria-current", "step");
      else word.removeAttribute("aria-current");
    });
    this.#source.forEach(({ bars, share, word }, j) => {
      const mean = rays.reduce((sum, { weights }) => sum + weights[j]!, 0) / Math.max(1, rays.length);
      share.textContent = rays.length === 0 ? "" : percent(mean);
      share.classList.toggle("faint", mean < 0.1);
      word.style.setProperty("--weight", mean.toFixed(3));
      word.style.setProperty("--color", rays.length === 1 ? rays[0]!.color : "var(--mean)");
      while (bars.childElementCount > rays.length) bars.lastElementChild!.remove();
      while (bars.childElementCount < rays.length) bars.append(element("span", { class: "bar" }));
      bars.style.setProperty("--maps", String(rays.length));
      rays.forEach(({ weights, color }, k) => {
        const { style } = bars.children[k] as HTMLElement;
        style.height = `${(100 * weights[j]!).toFixed(1)}%`;
        style.background = color;
      });
    });
    this.#drawn = { step, rays };
    this.#drawLines();
    const word = this.#target[step - 1];
    if (hadFocus) (word ?? this.root).focus();
    if (word !== undefined) this.#scrollTo(word);
  }

  #drawLines(): void {
    const { step, rays } = this.#drawn;
    const { offsetWidth, offsetHeight } = this.#inner;
    this.#lines.setAttribute("viewBox", `0 0 ${offsetWidth} ${offsetHeight}`);
    this.#lines.replaceChildren();
    const written = this.#target[step - 1];
    if (written === undefined) return;
    const to = place(written, this.#inner);
    const bottom = to.top - 4;
    const widest = rays.length === 1 ? 12 : Math.max(3, 12 / Math.sqrt(rays.length));
    rays.forEach(({ weights, color }, k) => {
      const shift = rays.length === 1 ? 0 : ((k + 0.5) / rays.length - 0.5) * Math.min(24, 5 * rays.length);
      weights.forEach((weight, j) => {
        if (weight < SEEN) return;
        const from = place(this.#source[j]!.word, this.#inner);
        const [x, y, end] = [from.middle + shift, from.bottom + 4, to.middle + shift];
        const half = (y + bottom) / 2;
        const line = shape("path", {
          d: `M${x} ${y}C${x} ${half} ${end} ${half} ${end} ${bottom}`,
          "stroke-width": Math.max(1, weight * widest).toFixed(2),
          "stroke-opacity": (0.3 + 0.7 * weight).toFixed(2),
        });
        line.style.stroke = color;
        this.#lines.append(line);
      });
    });
  }

  /** Brings a word into sight where the sentence is wider than the page, without moving the page itself. */
  #scrollTo(word: HTMLElement): void {
    const { root } = this;
    const { left, width } = place(word, this.#inner);
    if (left < root.scrollLeft || left + width > root.scrollLeft + root.clientWidth) {
      root.scrollLeft = left + width / 2 - root.clientWidth / 2;
    }
  }
}

/** A share of 1 in words; one that would round to nothing, though it is something, says so. */
export function percent(weight: number): string {
  if (weight > 0 && weight < 0.005) return "<1%";
  return `${Math.round(100 * weight)}%`;
}

function place(node: HTMLElement, inside: HTMLElement) {
  const [own, outer] = [node.getBoundingClientRect(), inside.getBoundingClientRect()];
  const left = own.left - outer.left;
  return {
    left,
    width: own.width,
    middle: left + own.width / 2,
    top: own.top - outer.top,
    bottom: own.bottom - outer.top,
  };
}
