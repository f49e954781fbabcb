import { balancedGrid } from "../../balanced-grid.js";
import type { AttentionName, ExplorerMap, ExplorerPage } from "../page.js";
import { BigMap, type Sides } from "./big-map.js";
import { choice, colorScale, element, isTaken, readPage } from "./dom.js";
import { smallMap } from "./small-map.js";
import { weightsTable } from "./weights-table.js";

const KINDS: Record<AttentionName, Sides & { readonly label: string }> = {
  cross: { label: "cross-attention", rows: "target", columns: "source" },
  encoder: { label: "encoder self-attention", rows: "source", columns: "source" },
  decoder: { label: "decoder self-attention", rows: "target", columns: "target" },
};

const page = readPage<ExplorerPage>();
const { maps, colors } = page;
// The layer next to the output, as in the other views.
let shown = headsOf(maps.findLast(({ name }) => name === maps[0]!.name)!)[0]!;
let stretched = page.stretched;

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
const names = unique(maps.map(({ name }) => name));
const layersOf = (name: AttentionName) => unique(maps.filter((map) => map.name === name).map(({ layer }) => layer));

const kinds = choice(
  "attention",
  names.map((name) => ({ value: name, label: KINDS[name].label })),
);
const layers = element("div");
const heads = element("div");
const big = new BigMap();
const heading = element("h2", { "aria-live": "polite" });
const all = element("div", { class: "smalls", role: "group" });
const allHeading = element("h2");
const details = element("details", {}, element("summary", {}, "The numbers as a table"));
const stretch = element("input", { type: "checkbox" });
const [from, to] = [element("span"), element("span")];
const gradient = element("span", { class: "gradient", "aria-hidden": true });
gradient.style.background = `linear-gradient(to right, ${colors.join(", ")})`;

document
  .querySelector("main")!
  .append(
    ...(names.length > 1 ? [kinds.root] : []),
    layers,
    heads,
    element(
      "div",
      { class: "legend" },
      "attention weight",
      from,
      gradient,
      to,
      element("label", {}, stretch, " colours up to the largest weight of the layer"),
    ),
    element(
      "div",
      { class: "maps" },
      element("section", { class: "one" }, heading, big.root),
      element("section", { class: "all" }, allHeading, all),
    ),
    element("p", { class: "keys" }, "← → head · ↑ ↓ layer · a small map opens with a click"),
    details,
  );

/** Goes to a head, or to what is nearest to it where there is none of that number. */
function goTo(name: AttentionName, layer: number, head: number): void {
  const nearest = (map: ExplorerMap) => Math.abs(map.layer - layer) * 1e6 + Math.abs(map.head - head);
  const candidates = maps.filter((map) => map.name === name);
  shown = candidates.reduce((best, map) => (nearest(map) < nearest(best) ? map : best));
  draw();
}

/** The value that stands `by` places after another in a list; at its ends, the other stays. */
function neighbour<T>(values: readonly T[], value: T, by: number): T {
  return values[values.indexOf(value) + by] ?? value;
}

kinds.root.addEventListener("change", ({ target }) => {
  goTo((target as HTMLInputElement).value as AttentionName, shown.layer, shown.head);
});
stretch.addEventListener("change", () => {
  stretched = stretch.checked;
  draw();
});
details.addEventListener("toggle", drawTable);
document.addEventListener("keydown", (event) => {
  if (isTaken(event)) return;
  const { name, layer, head } = shown;
  const numbers = headsOf(shown).map((map) => map.head);
  const moves: Record<string, () => void> = {
    ArrowLeft: () => goTo(name, layer, neighbour(numbers, head, -1)),
    ArrowRight: () => goTo(name, layer, neighbour(numbers, head, 1)),
    ArrowUp: () => goTo(name, neighbour(layersOf(name), layer, -1), head),
    ArrowDown: () => goTo(name, neighbour(layersOf(name), layer, 1), head),
  };
  const move = moves[event.key];
  if (move === undefined) return;
  event.preventDefault();
  move();
});

function draw(): void {
  const { name, layer, head } = shown;
  const siblings = headsOf(shown);
  const largest = Math.max(...siblings.flatMap(({ weights }) => weights.map((row) => Math.max(...row))));
  const max = stretched && largest > 0 ? largest : 1;
  const color = colorScale(colors, max);
  kinds.inputs.get(name)!.checked = true;
  drawNumbers(layers, "layer", layersOf(name), layer, (wanted) => goTo(name, wanted, shown.head));
  drawNumbers(
    heads,
    "head",
    siblings.map((map) => map.head),
    head,
    (wanted) => goTo(name, layer, wanted),
  );
  heading.textContent = `${KINDS[name].label}, layer ${layer}, head ${head}`;
  allHeading.textContent = `all heads of layer ${layer}`;
  from.textContent = "0";
  to.textContent = String(Number(max.toFixed(3)));
  big.show(shown, KINDS[name], color);

  const focused = all.contains(document.activeElement);
  all.setAttribute("aria-label", allHeading.textContent);
  all.replaceChildren(
    ...siblings.map((map) => {
      const made = smallMap(map, color);
      made.setAttribute("aria-pressed", String(map === shown));
      made.addEventListener("click", () => goTo(name, layer, map.head));
      return made;
    }),
  );
  arrange();
  if (focused) (all.children[siblings.indexOf(shown)] as HTMLElement).focus();
  drawTable();
}

/** All heads of the layer of a map. */
function headsOf({ name, layer }: ExplorerMap): ExplorerMap[] {
  return maps.filter((map) => map.name === name && map.layer === layer);
}

/** Puts the small maps into a balanced grid. */
function arrange(): void {
  const gap = 12;
  const widest = Math.max(1, ...Array.from(all.children, (small) => small.scrollWidth));
  const most = Math.max(1, Math.floor((all.clientWidth + gap) / (widest + gap)));
  all.style.setProperty("--per-row", String(balancedGrid(all.childElementCount, most)));
}

/** A row of numbers to choose from; while the numbers stay, the buttons stay, or a keyboard would lose its place. */
function drawNumbers(
  place: HTMLElement,
  legend: string,
  numbers: readonly number[],
  now: number,
  act: (n: number) => void,
) {
  const key = numbers.join(" ");
  if (place.dataset.numbers !== key) {
    place.dataset.numbers = key;
    const { root } = choice(
      legend,
      numbers.map((value) => ({ value: String(value), label: String(value) })),
    );
    place.replaceChildren(root);
  }
  place.onchange = ({ target }) => act(Number((target as HTMLInputElement).value));
  place.querySelector<HTMLInputElement>(`input[value="${now}"]`)!.checked = true;
}

/** The table is made only for those who opened it. */
function drawTable(): void {
  details.querySelector("table")?.remove();
  if (!details.open) return;
  const { name, layer, head, rows, columns, weights } = shown;
  details.append(weightsTable(`${KINDS[name].label}, layer ${layer}, head ${head}`, rows, columns, weights));
}

stretch.checked = stretched;
draw();
new ResizeObserver(arrange).observe(all);
