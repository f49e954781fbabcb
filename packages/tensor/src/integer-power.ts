/**
 * Returns baseⁿ by repeated squaring, with equal bits in every engine. The operator `**` differs in the last bit from one
 * version of V8 to the next.
 *
 * @param exponent - an integer n ≥ 0
 * @example
 * integerPower(0.999, 2); // 0.998001
 */
export function integerPower(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
