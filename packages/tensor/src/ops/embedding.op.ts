import { composite } from "../composite.js";
import { detach } from "../detach.js";
import { blameIndices, ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { assertDType } from "../rules.js";
import { formatShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { equal } from "./equal.op.js";
import { expand } from "./expand.op.js";
import { gather } from "./gather.op.js";
import { reshape } from "./reshape.op.js";
import { where } from "./where.op.js";

/**
 * Rows of `table` by id. The row at `paddingIndex` gets no gradient. PyTorch: `F.embedding`.
 *
 * - `table` - `[v, d]`; `ids` - i32 `[...]` in [0, v); returns `[..., d]`
 */
export const embedding: Op<[table: Tensor, ids: Tensor], { paddingIndex?: number }> = composite({
  name: "embedding",
  inputs: ["table", "ids"],
  options: { "paddingIndex?": "integer" },
  shapes: "v d, ... -> ... d",
  samples: [
    { args: ({ randn, ids }) => [randn(7, 3), ids(7, 2, 4)] },
    {
      label: "padding",
      args: ({ randn, ids }) => [randn(4, 3), ids(4, 3, 5)],
      params: { paddingIndex: 0 },
      exactGradient: false,
    },
  ],
  check: ({ paddingIndex }, table, ids) => {
    assertDType("embedding", "ids", ids, "i32");
    const count = table.shape[0]!;
    if (paddingIndex !== undefined && (paddingIndex < 0 || paddingIndex >= count)) {
      throw new ShapeError(
        `embedding: paddingIndex must be an id from 0 to ${count - 1}, a row of table ${formatShape(table.shape)}, got ${paddingIndex}.`,
      );
    }
  },
  compose: ({ paddingIndex }, table, ids) => {
    const width = table.shape[1]!;
    const flat = reshape(ids, { shape: [-1, 1] }); // n 1
    const rows = blameIndices("embedding", "ids", ids.shape, table.shape[0]!, width, () =>
      gather(table, expand(flat, { shape: [ids.size, width] }), { axis: 0 }),
    ); // n d
    const learned = paddingIndex === undefined ? rows : where(equal(flat, paddingIndex), detach(rows), rows);
    return reshape(learned, { shape: [...ids.shape, width] });
  },
});
