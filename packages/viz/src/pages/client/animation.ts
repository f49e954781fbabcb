import { SERIES_COLORS } from "../../style.js";
import type { AnimationPage } from "../page.js";
import { choice, element, isTaken, readPage } from "./dom.js";
import { percent, type Ray, Stage } from "./stage.js";
import { weightsTable } from "./weights-table.js";

const page = readPage<AnimationPage>();
const { maps, target, source, reference } = page;
const colors = maps.map((_, k) => mapColor(k, maps.length));
const mean = target.map((_, i) =>
  source.map((_, j) => maps.reduce((sum, { weights }) => sum + weights[i]![j]!, 0) / maps.length),
);

/** "mean", "all", or the index of a map. */
let shown = maps.length === 1 ? "0" : "mean";
let step = Math.min(1, target.length);
let timer: ReturnType<typeof setTimeout> | undefined;

const stage = new Stage(page, (chosen) => {
  pause();
  goTo(chosen);
});
const heads = choice("weights of", [
  { value: "mean", label: "the mean", color: "var(--mean)" },
  { value: "all", label: "all, in colours" },
  ...maps.map(({ label }, k) => ({ value: String(k), label, color: colors[k]! })),
]);
heads.root.addEventListener("change", ({ target: input }) => {
  shown = (input as HTMLInputElement).value;
  draw();
});

const button = (label: string, icon: string, act: () => void) => {
  const made = element("button", { type: "button", "aria-label": label, title: label }, icon);
  made.addEventListener("click", act);
  return made;
};
const previous = button("previous word", "◀", () => {
  pause();
  goTo(step - 1);
});
const play = button("play", "", () => (timer === undefined ? start() : pause()));
play.classList.add("play");
const next = button("next word", "▶", () => {
  pause();
  goTo(step + 1);
});
const slider = element("input", { type: "range", min: 0, max: target.length, step: 1, "aria-label": "step" });
slider.addEventListener("input", () => {
  const wanted = Number(slider.value); // before pausing, which draws the slider where it was
  pause();
  goTo(wanted);
});
const counter = element("span", { class: "counter" });
const speed = element(
  "select",
  { "aria-label": "speed" },
  element("option", { value: 2600 }, "slow"),
  element("option", { value: 1500, selected: true }, "normal"),
  element("option", { value: 700 }, "fast"),
);
const caption = element("p", { class: "caption", "aria-live": "polite", dir: "auto" });
const details = element("details", {}, element("summary", {}, "The numbers as a table"));
details.addEventListener("toggle", drawTable);

document
  .querySelector("main")!
  .append(
    ...(maps.length > 1 ? [heads.root] : []),
    stage.root,
    caption,
    element(
      "div",
      { class: "controls", role: "group", "aria-label": "playback" },
      previous,
      play,
      next,
      slider,
      counter,
      speed,
    ),
    element("p", { class: "keys" }, "← → step · space plays and pauses · Home and End · click a target word"),
    ...(reference === undefined ? [] : [element("p", { dir: "auto" }, `reference: ${reference.join(" ")}`)]),
    details,
  );

document.addEventListener("keydown", (event) => {
  if (isTaken(event)) return;
  const steps: Record<string, () => void> = {
    ArrowLeft: () => goTo(step - 1),
    ArrowRight: () => goTo(step + 1),
    Home: () => goTo(0),
    End: () => goTo(target.length),
    " ": () => (timer === undefined ? start() : pause()),
  };
  const act = steps[event.key];
  if (act === undefined) return;
  event.preventDefault();
  if (event.key !== " ") pause();
  act();
});

function start(): void {
  caption.setAttribute("aria-live", "off"); // a word every second is too fast to be read aloud
  goTo(step === target.length ? 0 : step + 1);
  tick();
  drawControls();
}

function tick(): void {
  timer = setTimeout(() => {
    if (step < target.length) goTo(step + 1);
    if (step < target.length) tick();
    else pause();
  }, Number(speed.value));
}

function pause(): void {
  clearTimeout(timer);
  timer = undefined;
  caption.setAttribute("aria-live", "polite");
  drawControls();
}

function goTo(wanted: number): void {
  step = Math.max(0, Math.min(target.length, wanted));
  draw();
}

/** The rows of weights that are shown at the present step. */
function rays(): Ray[] {
  if (step === 0) return [];
  if (shown === "mean") return [{ weights: mean[step - 1]!, color: "var(--mean)" }];
  const chosen = shown === "all" ? maps.map((_, k) => k) : [Number(shown)];
  return chosen.map((k) => ({
    weights: maps[k]!.weights[step - 1]!,
    color: maps.length === 1 ? "var(--accent)" : colors[k]!,
  }));
}

function draw(): void {
  heads.inputs.get(shown)!.checked = true;
  stage.show(step, rays());
  caption.textContent = say();
  drawControls();
  drawTable();
}

function drawControls(): void {
  const playing = timer !== undefined;
  play.setAttribute("aria-label", playing ? "pause" : "play");
  play.title = playing ? "pause" : "play";
  play.textContent = playing ? "❚❚ pause" : "► play";
  previous.disabled = step === 0;
  next.disabled = step === target.length;
  slider.value = String(step);
  slider.setAttribute("aria-valuetext", step === 0 ? "nothing written" : `word ${step}: ${target[step - 1]}`);
  counter.textContent = `${step} / ${target.length}`;
}

/** The present step in words: where the new word looks most. */
function say(): string {
  if (step === 0) return "Nothing is written yet.";
  const map = maps[Number(shown)];
  const weights = (map?.weights ?? mean)[step - 1]!;
  const most = weights
    .map((weight, j) => ({ weight, word: source[j]! }))
    .sort((a, b) => b.weight - a.weight)
    .filter(({ weight }, rank) => rank === 0 || (rank < 3 && weight >= 0.05));
  const where = most.map(({ word, weight }) => `“${word}” ${percent(weight)}`).join(", ");
  return `${map === undefined ? "On average, " : ""}“${target[step - 1]}” looks at ${where}.`;
}

/** The table holds the map that is shown, and is made only for those who opened it. */
function drawTable(): void {
  details.querySelector("table")?.remove();
  if (!details.open) return;
  const map = maps[Number(shown)];
  details.append(weightsTable(map?.label ?? "mean of the maps", target, source, map?.weights ?? mean));
}

/** Colours that stay distinct with colour blindness while there are few; else evenly around the circle. */
function mapColor(index: number, count: number): string {
  const few = SERIES_COLORS.slice(0, 6); // without black, which a dark page hides
  if (count <= few.length) return few[index]!;
  return `oklch(0.65 0.16 ${Math.round((360 * index) / count)})`;
}

draw();
