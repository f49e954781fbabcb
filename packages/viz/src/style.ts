/** The reader's own sans-serif font, with the usual Hangul fonts of each system named first. */
export const FONT_FAMILY =
  "Pretendard, 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', 'Malgun Gothic', 'Helvetica Neue', Arial, sans-serif";

export const INK = "#1a1a1a";
export const FAINT_INK = "#555555";
export const GRID = "#e3e3e3";

/**
 * Colours of the lines, in order: the palette of Okabe and Ito (2008), which stays distinct with every common form of
 * colour blindness, without its yellow, which is too pale on white.
 */
export const SERIES_COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"] as const;
