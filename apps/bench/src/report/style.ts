/** As the figures of @heed/viz. */
export const fontFamily =
  "Pretendard, 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', 'Malgun Gothic', 'Helvetica Neue', Arial, sans-serif";
export const ink = "#1a1a1a";
export const faintInk = "#555555";
export const grid = "#e3e3e3";

/** heed blue (lighter in Chromium), PyTorch vermilion, JavaScript green, the machine grey: the palette of Okabe and Ito (2008). */
export function colorOf(id: string): string {
  if (id.startsWith("heed-")) return "#0072B2";
  if (id.startsWith("chromium-heed-")) return "#56B4E9";
  if (id.startsWith("torch-")) return "#D55E00";
  if (id.startsWith("limit-")) return "#BBBBBB";
  return "#009E73";
}
