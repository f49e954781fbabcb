/** The reader's own sans-serif font, with the usual Hangul fonts of each system named first. */
export const FONT_FAMILY =
  "Pretendard, 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', 'Malgun Gothic', 'Helvetica Neue', Arial, sans-serif";

/**
 * Colours of the lines, in order: the palette of Okabe and Ito (2008), which stays distinct with every common form of
 * colour blindness, without its yellow, which is too pale on white.
 */
export const SERIES_COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"] as const;

/** Names of the themes of figures. */
export type ThemeName = "light" | "dark";

/** Colours of a figure. */
export interface Theme {
  readonly paper: string;
  readonly ink: string;
  readonly faintInk: string;
  readonly grid: string;
  /** Lines of a tree that are not highlighted. */
  readonly edge: string;
  /** A cell without a value. */
  readonly empty: string;
  /** Lines and bars, in order. */
  readonly series: readonly string[];
}

/** The colours of both themes. */
export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    paper: "#ffffff",
    ink: "#1a1a1a",
    faintInk: "#555555",
    grid: "#e3e3e3",
    edge: "#b8b8b8",
    empty: "#eeeeee",
    series: SERIES_COLORS,
  },
  dark: {
    paper: "#15171b",
    ink: "#ececec",
    faintInk: "#a9adb4",
    grid: "#31353c",
    edge: "#5a606a",
    empty: "#2a2d33",
    // Lighter variants of the same hues, with white instead of black.
    series: ["#56B4E9", "#FF8A4C", "#2BC592", "#E39BC6", "#E69F00", "#F0E442", "#F2F2F2"],
  },
};

/** How a figure looks, on every kind of output with colours. */
export interface LookOptions {
  /** Colours of paper and ink: "light" (default) or "dark". Cells keep the colours of viridis. */
  readonly theme?: ThemeName;
  /** "theme" (default) paints the paper of the theme; "transparent" paints none, for slides and pages. */
  readonly background?: "theme" | "transparent";
}

/** A theme with the paper that is painted, and the font. */
export interface Look extends Theme {
  readonly background: string | undefined;
  readonly font: string;
}

/** Returns the look that options ask for; unknown names mean the defaults. */
export function lookOf({ theme = "light", background = "theme" }: LookOptions, font = FONT_FAMILY): Look {
  const colors = theme === "dark" ? themes.dark : themes.light;
  return { ...colors, background: background === "transparent" ? undefined : colors.paper, font };
}

const both = (light: string, dark: string): string => `light-dark(${light}, ${dark})`;

/** The look of a figure inside of an HTML page: CSS picks the colours by the theme of the page. */
export const pageLook: Look = {
  paper: both(themes.light.paper, themes.dark.paper),
  ink: both(themes.light.ink, themes.dark.ink),
  faintInk: both(themes.light.faintInk, themes.dark.faintInk),
  grid: both(themes.light.grid, themes.dark.grid),
  edge: both(themes.light.edge, themes.dark.edge),
  empty: both(themes.light.empty, themes.dark.empty),
  series: themes.light.series.map((color, i) => both(color, themes.dark.series[i]!)),
  background: undefined,
  font: FONT_FAMILY,
};
