/**
 * Returns how many of some panels stand side by side: the fullest rows that are near to a square, at least as wide as high.
 * 4 panels stand 2 by 2, 3 in one row, 8 in rows of 4, 5 in rows of 3 and 2.
 *
 * @param most - how many there is room for, at least 1
 */
export function balancedGrid(panels: number, most: number): number {
  const square = Math.floor(Math.sqrt(panels));
  let perRow = Math.ceil(panels / square);
  // Rows without a gap, unless they are much wider than high.
  for (let rows = square; rows >= 1 && panels <= 4 * rows * rows; rows--) {
    if (panels % rows === 0) {
      perRow = panels / rows;
      break;
    }
  }
  if (perRow <= most) return perRow;
  for (let full = most; 2 * full > most && full > 1; full--) if (panels % full === 0) return full;
  return Math.ceil(panels / Math.ceil(panels / most));
}
