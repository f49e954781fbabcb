import { expect, it } from "vitest";
import { balancedGrid } from "./balanced-grid.js";

it("fills rows evenly, near to a square", () => {
  const wide = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 32].map((panels) => [panels, balancedGrid(panels, 100)]);
  expect(wide).toEqual([
    ...[
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 2],
      [5, 3],
      [6, 3],
      [7, 4],
      [8, 4],
      [9, 3],
      [10, 5],
      [12, 4],
      [16, 4],
      [32, 8],
    ],
  ]);
});

it("keeps rows even where there is less room", () => {
  expect([balancedGrid(8, 3), balancedGrid(3, 2), balancedGrid(7, 3), balancedGrid(12, 5), balancedGrid(9, 1)]).toEqual(
    [...[2, 2, 3, 4, 1]],
  );
  for (let panels = 1; panels <= 40; panels++) {
    for (let most = 1; most <= 12; most++) {
      const perRow = balancedGrid(panels, most);
      expect(perRow).toBeGreaterThanOrEqual(1);
      expect(perRow).toBeLessThanOrEqual(most);
    }
  }
});
