/**
 * Writes the innermost loops of the matrix product as AssemblyScript: one function for each number of rows, with every
 * accumulator in a variable of its own, which the language cannot express otherwise.
 *
 * In 256-bit execution the engine pairs neighbouring 128-bit operations, starting from adjacent stores. Hence the form:
 * everything is loaded first, and each row is stored in one go.
 */

/** How many rows a tile has at most: 6 × 16 floats are 12 of the 16 registers of 256 bits, 6 × 8 of those of 128. */
const tileRows = 6;

const range = (count) => Array.from({ length: count }, (_, index) => index);

/** The statements that load the first value of each accumulator: zeros, a bias, or what c holds already. */
function start(rows, vectors) {
  return range(rows).flatMap((row) => [
    ...range(vectors).map((v) => `  let c${row}_${v} = v128.load(init, ${16 * v});`),
    ...(row < rows - 1 ? ["  init += ldi;"] : []),
  ]);
}

function finish(rows, vectors) {
  return range(rows).flatMap((row) => [
    ...range(vectors).map((v) => `  v128.store(c, c${row}_${v}, ${16 * v});`),
    ...(row < rows - 1 ? ["  c += ldc;"] : []),
  ]);
}

/** One step along k: a row of b times a column of a, whose elements `element(row)` addresses. */
function step(rows, vectors, element) {
  return [
    ...range(vectors).map((v) => `    b${v} = v128.load(b, ${16 * v});`),
    ...range(rows).flatMap((row) => [
      `    x = v128.load32_splat(${element(row)});`,
      ...range(vectors).map((v) => `    c${row}_${v} = madd(x, b${v}, c${row}_${v});`),
    ]),
    "    b += ldb;",
  ];
}

function body(rows, vectors, element, advance) {
  const declare = `  let x: v128, ${range(vectors)
    .map((v) => `b${v}: v128`)
    .join(", ")};`;
  return [
    ...start(rows, vectors),
    declare,
    // One step a turn: unrolled loops make the engine spill accumulators.
    "  for (; k > 0; k--) {",
    ...step(rows, vectors, element),
    ...advance,
    "  }",
    ...finish(rows, vectors),
    "}",
  ];
}

/** A tile whose rows of a lie `lda` bytes apart. */
function directTile(rows, vectors) {
  const pointers = range(rows).map((row) => `a${row}`);
  return [
    `function direct${rows}(k: i32, a0: usize, lda: usize, b: usize, ldb: usize, init: usize, ldi: usize, c: usize, ldc: usize): void {`,
    ...pointers.slice(1).map((pointer, row) => `  let ${pointer} = a${row} + lda;`),
    ...body(
      rows,
      vectors,
      (row) => `a${row}`,
      pointers.map((pointer) => `    ${pointer} += 4;`),
    ),
  ];
}

/** A tile whose elements of a are packed: the column of each step along k is contiguous. */
function packedTile(rows, vectors) {
  return [
    `function packed${rows}(k: i32, a: usize, b: usize, ldb: usize, init: usize, ldi: usize, c: usize, ldc: usize): void {`,
    ...body(rows, vectors, (row) => `a, ${4 * row}`, [`    a += ${4 * rows};`]),
  ];
}

/** One row by four panels of b: a single row and panel would leave the multiplier waiting for itself. */
function wideTile(vectors) {
  const panels = range(4);
  const cells = panels.flatMap((panel) => range(vectors).map((v) => ({ panel, v, name: `c${panel}_${v}` })));
  return [
    "export function wideTile(k: i32, a: usize, stepA: usize, b0: usize, panel: usize, ldb: usize, init: usize, c: usize): void {",
    ...panels.slice(1).map((panel) => `  let b${panel} = b${panel - 1} + panel;`),
    ...cells.map(({ panel, v, name }) => `  let ${name} = v128.load(init, ${16 * (panel * vectors + v)});`),
    "  for (; k > 0; k--) {",
    "    const x = v128.load32_splat(a);",
    ...cells.map(({ panel, v, name }) => `    const l${name} = v128.load(b${panel}, ${16 * v});`),
    ...cells.map(({ name }) => `    ${name} = madd(x, l${name}, ${name});`),
    "    a += stepA;",
    ...panels.map((panel) => `    b${panel} += ldb;`),
    "  }",
    ...cells.map(({ panel, v, name }) => `  v128.store(c, ${name}, ${16 * (panel * vectors + v)});`),
    "}",
  ];
}

function dispatch(name, parameters, call) {
  return [
    `export function ${name}(rows: i32, ${parameters}): void {`,
    "  switch (rows) {",
    ...range(tileRows).map((row) => `    case ${row + 1}: ${call(row + 1)}; break;`),
    "  }",
    "}",
  ];
}

/** The file for tiles of 4 · `vectors` columns. */
export function generateTiles(vectors) {
  const tail = "b: usize, ldb: usize, init: usize, ldi: usize, c: usize, ldc: usize";
  const names = "b, ldb, init, ldi, c, ldc";
  return [
    "// Written by scripts/generate-tiles.mjs.",
    'import { madd } from "./simd";',
    "",
    ...range(tileRows).flatMap((row) => [...directTile(row + 1, vectors), ...packedTile(row + 1, vectors)]),
    ...wideTile(vectors),
    ...dispatch("directTile", `k: i32, a: usize, lda: usize, ${tail}`, (rows) => `direct${rows}(k, a, lda, ${names})`),
    ...dispatch("packedTile", `k: i32, a: usize, ${tail}`, (rows) => `packed${rows}(k, a, ${names})`),
    "",
  ].join("\n");
}
