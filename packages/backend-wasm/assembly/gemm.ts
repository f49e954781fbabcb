/**
 * c = a · b (+ bias) (+ c), row-major, either operand transposed, any size.
 *
 * Every element of c is one chain of multiply-adds in ascending k, whatever tile, block or thread it falls into: later
 * blocks of k go on from what c holds. So the bits depend neither on the number of rows nor on how work is shared out.
 */
import { ZEROS } from "./simd";
import { directTile, packedTile, wideTile } from "./tiles";

/** Steps along k in one go: a panel of b stays in the nearest cache, and c is seldom gone through again. */
const KC: i32 = 512;
/** Rows of a that stay in the second-level cache. */
const MC: i32 = 192;
/** Columns of b packed at once; bounds the workspace. */
const NC: i32 = 2048;
const MR: i32 = 6;
/** Bytes in a row of a panel of b. */
const PANEL_ROW: usize = <usize>NR * 4;
/** One tile, for edges. */
const EDGE: usize = <usize>(MR * NR * 4);

/** Steps along k in each block: all blocks are about equally long. */
@inline
function blockLength(k: i32): i32 {
  const blocks = (k + KC - 1) / KC;
  return blocks > 0 ? (k + blocks - 1) / blocks : 0;
}

@inline
function panels(n: i32): i32 {
  return (n + NR - 1) / NR;
}

/** Whether b is packed first: always when transposed, else when many rows share it and it outgrows the nearest cache. */
@inline
function packsB(m: i32, n: i32, k: i32, transposed: bool): bool {
  return transposed || (m >= 48 && n > NR && k * n > 16384);
}

/** Bytes of workspace that {@link gemm} needs. */
export function gemmWorkspace(m: i32, n: i32, k: i32, transA: i32, transB: i32, prepacked: i32): usize {
  const kc = blockLength(k);
  let bytes = EDGE + 64;
  if (transA) bytes += <usize>(min(m, MC) * kc * 4 + 64);
  if (!prepacked && packsB(m, n, k, <bool>transB)) bytes += <usize>(panels(min(n, NC)) * NR * kc * 4 + 64);
  return bytes;
}

/** Bytes of b once packed as a whole. */
export function packedBytes(n: i32, k: i32): usize {
  return <usize>panels(n) * PANEL_ROW * <usize>k + 64;
}

/** Packs panels `begin` … `end` − 1 of b, [k, n] or [n, k], for use in many products: block of k, panel, row. */
export function packB(begin: i32, end: i32, _scratch: usize, b: usize, ldb: usize, transB: i32, n: i32, k: i32, out: usize): void {
  const kc = blockLength(k);
  const count = panels(n);
  for (let k0 = 0; k0 < k; k0 += kc) {
    const length = min(kc, k - k0);
    const to = out + <usize>count * PANEL_ROW * <usize>k0 + <usize>(begin * length) * PANEL_ROW;
    packPanels(b, ldb, <bool>transB, begin * NR, min(end * NR, n), k0, length, to);
  }
}

/** Packs columns j0 … j1 − 1 and rows k0 … k0 + kc − 1 of b. Columns beyond the last hold anything. */
function packPanels(b: usize, ldb: usize, transposed: bool, j0: i32, j1: i32, k0: i32, kc: i32, out: usize): void {
  for (let j = j0; j < j1; j += NR) {
    if (transposed) packTransposedPanel(b + <usize>k0 * 4, ldb, j, j1, kc, out);
    else packPlainPanel(b + <usize>k0 * ldb + <usize>j * 4, ldb, kc, out);
    out += <usize>kc * PANEL_ROW;
  }
}

function packPlainPanel(from: usize, ldb: usize, kc: i32, out: usize): void {
  for (let k = 0; k < kc; k++) {
    const x0 = v128.load(from, 0);
    const x1 = v128.load(from, 16);
    if (NR == 16) {
      const x2 = v128.load(from, 32);
      const x3 = v128.load(from, 48);
      v128.store(out, x0, 0);
      v128.store(out, x1, 16);
      v128.store(out, x2, 32);
      v128.store(out, x3, 48);
    } else {
      v128.store(out, x0, 0);
      v128.store(out, x1, 16);
    }
    from += ldb;
    out += PANEL_ROW;
  }
}

/** Four columns at a time, by transposing blocks of 4 × 4. */
function packTransposedPanel(b: usize, ldb: usize, j0: i32, n: i32, kc: i32, out: usize): void {
  for (let j = 0; j < NR; j += 4) {
    // Beyond the last column, the last one is read again: nobody looks at the result.
    let r0 = b + <usize>min(j0 + j, n - 1) * ldb;
    let r1 = b + <usize>min(j0 + j + 1, n - 1) * ldb;
    let r2 = b + <usize>min(j0 + j + 2, n - 1) * ldb;
    let r3 = b + <usize>min(j0 + j + 3, n - 1) * ldb;
    let to = out + <usize>j * 4;
    let k = 0;
    for (; k + 4 <= kc; k += 4) {
      const x0 = v128.load(r0);
      const x1 = v128.load(r1);
      const x2 = v128.load(r2);
      const x3 = v128.load(r3);
      const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
      const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
      const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
      v128.store(to + PANEL_ROW, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
      v128.store(to + 2 * PANEL_ROW, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
      v128.store(to + 3 * PANEL_ROW, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
      r0 += 16; r1 += 16; r2 += 16; r3 += 16;
      to += 4 * PANEL_ROW;
    }
    for (; k < kc; k++) {
      store<f32>(to, load<f32>(r0), 0);
      store<f32>(to, load<f32>(r1), 4);
      store<f32>(to, load<f32>(r2), 8);
      store<f32>(to, load<f32>(r3), 12);
      r0 += 4; r1 += 4; r2 += 4; r3 += 4;
      to += PANEL_ROW;
    }
  }
}

/** Packs a block of a that is stored by columns, tile by tile; a few columns at a time, so that caches hold them. */
function packA(a: usize, lda: usize, m: i32, kc: i32, out: usize): void {
  const tiles = (m + MR - 1) / MR;
  for (let k0 = 0; k0 < kc; k0 += 16) {
    const k1 = min(k0 + 16, kc);
    for (let tile = 0; tile < tiles; tile++) {
      const i = tile * m / tiles;
      const rows = (tile + 1) * m / tiles - i;
      let from = a + <usize>k0 * lda + <usize>i * 4;
      let to = out + <usize>((i * kc + k0 * rows) * 4);
      const step = <usize>rows * 4;
      if (k1 == kc || rows < 4) {
        // Nothing may be written beyond the end of the tile.
        for (let k = k0; k < k1; k++) {
          for (let row = 0; row < rows; row++) store<f32>(to + <usize>row * 4, load<f32>(from + <usize>row * 4));
          from += lda;
          to += step;
        }
      } else {
        for (let k = k0; k < k1; k++) {
          // A few floats too many: the next column overwrites them.
          const x = v128.load(from);
          const y = v128.load(from, 16);
          v128.store(to, x);
          v128.store(to, y, 16);
          from += lda;
          to += step;
        }
      }
    }
  }
}

/**
 * The product. Leading dimensions are in bytes.
 *
 * @param begin - first row, or first panel of columns when `byColumns`, of the part to work out
 * @param prepacked - b was packed by {@link packB}
 * @param bias - [n] to begin from, or 0
 * @param accumulate - begin from what c holds
 */
export function gemm(
  begin: i32, end: i32, scratch: usize, byColumns: i32,
  m: i32, n: i32, k: i32,
  a: usize, lda: usize, transA: i32,
  b: usize, ldb: usize, transB: i32, prepacked: i32,
  c: usize, ldc: usize, bias: usize, accumulate: i32,
): void {
  let firstPanel = 0;
  const allPanels = panels(n);
  if (byColumns) {
    firstPanel = begin;
    const j = begin * NR;
    n = min(end * NR, n) - j;
    c += <usize>j * 4;
    if (bias) bias += <usize>j * 4;
    if (!prepacked) b += transB ? <usize>j * ldb : <usize>j * 4;
  } else {
    a += transA ? <usize>begin * 4 : <usize>begin * lda;
    c += <usize>begin * ldc;
    m = end - begin;
  }
  if (m <= 0 || n <= 0) return;
  const kc = blockLength(k);
  if (kc == 0) return finishEmpty(m, n, c, ldc, bias, accumulate);
  const packs = !prepacked && packsB(m, n, k, <bool>transB);
  const edge = (scratch + 63) & ~63;
  const aPack = edge + EDGE;
  const bPack = transA ? (aPack + <usize>(min(m, MC) * kc * 4) + 127) & ~63 : aPack;
  for (let k0 = 0; k0 < k; k0 += kc) {
    const length = min(kc, k - k0);
    const first = k0 == 0 && !accumulate;
    for (let j0 = 0; j0 < n; j0 += NC) {
      const columns = min(NC, n - j0);
      let panelBase: usize, panelStep: usize, rowStep: usize;
      if (prepacked) {
        panelStep = <usize>length * PANEL_ROW;
        rowStep = PANEL_ROW;
        panelBase = b + <usize>allPanels * PANEL_ROW * <usize>k0 + <usize>(firstPanel + j0 / NR) * panelStep;
      } else if (packs) {
        packPanels(b, ldb, <bool>transB, j0, j0 + columns, k0, length, bPack);
        panelBase = bPack;
        panelStep = <usize>length * PANEL_ROW;
        rowStep = PANEL_ROW;
      } else {
        panelBase = b + <usize>k0 * ldb + <usize>j0 * 4;
        panelStep = PANEL_ROW;
        rowStep = ldb;
      }
      const blocks = (m + MC - 1) / MC;
      for (let block = 0; block < blocks; block++) {
        const i0 = block * m / blocks;
        const rows = (block + 1) * m / blocks - i0;
        const cBlock = c + <usize>i0 * ldc + <usize>j0 * 4;
        const init = first ? (bias ? bias + <usize>j0 * 4 : ZEROS) : cBlock;
        const ldi: usize = first ? 0 : ldc;
        const initStep: usize = first && !bias ? 0 : PANEL_ROW;
        let aBlock: usize;
        if (transA) {
          packA(a + <usize>k0 * lda + <usize>i0 * 4, lda, rows, length, aPack);
          aBlock = aPack;
        } else {
          aBlock = a + <usize>i0 * lda + <usize>k0 * 4;
        }
        multiplyBlock(rows, columns, length, aBlock, lda, transA, panelBase, panelStep, rowStep, init, ldi, initStep, cBlock, ldc, edge);
      }
    }
  }
}

/** A block of c: all tiles of rows below one panel of b, which so stays in the nearest cache, then the next panel. */
function multiplyBlock(
  m: i32, n: i32, k: i32,
  a: usize, lda: usize, packedA: i32,
  b: usize, panelStep: usize, rowStep: usize,
  init: usize, ldi: usize, initStep: usize,
  c: usize, ldc: usize, edge: usize,
): void {
  const tiles = (m + MR - 1) / MR;
  let j = 0;
  if (m == 1) {
    for (; j + 4 * NR <= n; j += 4 * NR) {
      wideTile(k, a, 4, b, panelStep, rowStep, init, c);
      b += 4 * panelStep; c += 4 * PANEL_ROW; init += 4 * initStep;
    }
  }
  for (; j < n; j += NR) {
    const whole = n - j >= NR;
    for (let tile = 0; tile < tiles; tile++) {
      const i = tile * m / tiles;
      const rows = (tile + 1) * m / tiles - i;
      const to = c + <usize>i * ldc;
      const target = whole ? to : edge;
      const targetStep = whole ? ldc : PANEL_ROW;
      if (packedA) packedTile(rows, k, a + <usize>(i * k * 4), b, rowStep, init + <usize>i * ldi, ldi, target, targetStep);
      else directTile(rows, k, a + <usize>i * lda, lda, b, rowStep, init + <usize>i * ldi, ldi, target, targetStep);
      if (!whole) copyEdge(rows, n - j, edge, to, ldc);
    }
    b += panelStep;
    c += PANEL_ROW;
    init += initStep;
  }
}

function copyEdge(rows: i32, columns: i32, edge: usize, c: usize, ldc: usize): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) store<f32>(c + <usize>j * 4, load<f32>(edge + <usize>j * 4));
    edge += PANEL_ROW;
    c += ldc;
  }
}

/** A product over no elements at all. */
function finishEmpty(m: i32, n: i32, c: usize, ldc: usize, bias: usize, accumulate: i32): void {
  if (accumulate) return;
  for (let i = 0; i < m; i++) {
    if (bias) memory.copy(c, bias, <usize>n * 4);
    else memory.fill(c, 0, <usize>n * 4);
    c += ldc;
  }
}

/** One product for each matrix of a batch; steps from one to the next in bytes, 0 where an operand is repeated. */
export function gemmBatch(
  begin: i32, end: i32, scratch: usize,
  m: i32, n: i32, k: i32,
  a: usize, lda: usize, transA: i32, stepA: usize,
  b: usize, ldb: usize, transB: i32, stepB: usize,
  c: usize, ldc: usize, stepC: usize, accumulate: i32,
): void {
  for (let index = begin; index < end; index++) {
    const i = <usize>index;
    gemm(0, m, scratch, 0, m, n, k, a + i * stepA, lda, transA, b + i * stepB, ldb, transB, 0, c + i * stepC, ldc, 0, accumulate);
  }
}
