/** Figures in Node: `saveFigure`, and `toPng` with a font of its own. Everything else is in `@heed/viz`. */
export { saveFigure } from "./node/save-figure.js";
export { type NodePngOptions, toPng } from "./node/to-png.js";
