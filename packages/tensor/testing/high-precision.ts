/**
 * Elementary functions in fixed point with 640 bits behind the point, for comparison with f64. Arguments are f64 numbers;
 * results are integers that count units of 2⁻⁶⁴⁰.
 */
const bits = 640n;
const one = 1n << bits;

const times = (a: bigint, b: bigint): bigint => (a * b) >> bits;
const over = (a: bigint, b: bigint): bigint => (a << bits) / b;

/** The exact value of a finite number. */
function fixed(x: number): bigint {
  const words = new DataView(new ArrayBuffer(8));
  words.setFloat64(0, x);
  const pattern = words.getBigUint64(0);
  const exponent = (pattern >> 52n) & 0x7ffn;
  const fraction = pattern & 0xf_ffff_ffff_ffffn;
  const mantissa = exponent === 0n ? fraction : fraction | (1n << 52n);
  const shift = (exponent === 0n ? 1n : exponent) - 1075n + bits;
  const size = shift >= 0n ? mantissa << shift : mantissa >> -shift;
  return pattern >> 63n ? -size : size;
}

/** Sums terms until they vanish. */
function series(
  first: bigint,
  next: (term: bigint, index: bigint) => bigint,
  part = (term: bigint, _i: bigint) => term,
) {
  let total = 0n;
  let term = first;
  for (let index = 1n; term !== 0n && term !== -1n; index++) {
    total += part(term, index);
    term = next(term, index);
  }
  return total;
}

/** artanh(1/n) = Σ 1 / ((2i + 1) n²ⁱ⁺¹), and arctan(1/n) with alternating signs. */
const inverseSeries = (n: bigint, sign: 1n | -1n): bigint =>
  series(
    one / n,
    (term) => (sign * term) / (n * n),
    (term, index) => term / (2n * index - 1n),
  );

const ln2 = 2n * inverseSeries(3n, 1n);
const pi = 4n * (4n * inverseSeries(5n, -1n) - inverseSeries(239n, -1n));

const rounded = (a: bigint, b: bigint): bigint => (2n * a + b) / (2n * b) - ((2n * a + b) % (2n * b) < 0n ? 1n : 0n);

function expOf(x: bigint): bigint {
  const n = rounded(x, ln2);
  const r = x - n * ln2;
  const value = series(one, (term, index) => times(term, r) / index);
  return n >= 0n ? value << n : value >> -n;
}

/** By Newton's method from the logarithm in f64: each step doubles the digits. */
function logOf(x: bigint): bigint {
  const length = BigInt(x.toString(2).length) - 1n - bits;
  const mantissa = length >= 0n ? x >> length : x << -length;
  let y = fixed(Math.log(Number(mantissa >> (bits - 52n)) / 2 ** 52));
  for (let step = 0; step < 4; step++) y += times(mantissa, expOf(-y)) - one;
  return y + length * ln2;
}

/** sin(x + quarters · π/2). */
function turned(x: bigint, quarters: bigint): bigint {
  const turns = rounded(x, pi / 2n);
  const r = x - (turns * pi) / 2n;
  const square = times(r, r);
  const quadrant = (((turns + quarters) % 4n) + 4n) % 4n;
  const value =
    quadrant % 2n === 0n
      ? series(r, (term, i) => -times(term, square) / (2n * i * (2n * i + 1n)))
      : series(one, (term, i) => -times(term, square) / (2n * i * (2n * i - 1n)));
  return quadrant >= 2n ? -value : value;
}

function squareRoot(x: bigint): bigint {
  const square = x << bits;
  let root = 1n << BigInt((square.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

function erfOf(x: bigint): bigint {
  const square = times(x, x);
  const sum = series(
    x,
    (term, i) => -times(term, square) / i,
    (term, i) => term / (2n * i - 1n),
  );
  return over(2n * sum, squareRoot(pi));
}

/** Functions of f64 numbers. */
export const highPrecision: Readonly<Record<string, (x: number) => bigint>> = {
  exp: (x) => expOf(fixed(x)),
  log: (x) => logOf(fixed(x)),
  log1p: (x) => logOf(one + fixed(x)),
  sqrt: (x) => squareRoot(fixed(x)),
  sin: (x) => turned(fixed(x), 0n),
  cos: (x) => turned(fixed(x), 1n),
  tanh: (x) => {
    const e = expOf(2n * fixed(x));
    return over(e - one, e + one);
  },
  sigmoid: (x) => over(one, one + expOf(-fixed(x))),
  erf: (x) => erfOf(fixed(x)),
  softplus: (x) => logOf(one + expOf(fixed(x))),
  silu: (x) => over(fixed(x), one + expOf(-fixed(x))),
};

/** |actual / exact − 1|. */
export function relativeError(actual: number, exact: bigint): number {
  if (exact === 0n) return actual === 0 ? 0 : Number.POSITIVE_INFINITY;
  const difference = fixed(actual) - exact;
  return Math.abs(Number((difference << 200n) / exact)) / 2 ** 200;
}
