/** Functions of one tensor, element by element. */
import { erf, exp, log, log1p, sigmoid, tanh } from "./math";
import { cos, sin } from "./sine";

const NEG: i32 = 0;
const ABS: i32 = 1;
const SIGN: i32 = 2;
const EXP: i32 = 3;
const LOG: i32 = 4;
const SQRT: i32 = 5;
const TANH: i32 = 6;
const SIGMOID: i32 = 7;
const RELU: i32 = 8;
const ERF: i32 = 9;
const LOG1P: i32 = 10;
const SIN: i32 = 11;
const COS: i32 = 12;
const FLOOR: i32 = 13;
const ROUND: i32 = 14;

@inline
function apply(kernel: i32, x: v128): v128 {
  if (kernel == NEG) return f32x4.neg(x);
  if (kernel == ABS) return f32x4.abs(x);
  if (kernel == SIGN) {
    const positive = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.splat(1));
    const negative = v128.and(f32x4.lt(x, f32x4.splat(0)), f32x4.splat(-1));
    const sign = v128.or(positive, negative);
    // NaN and both zeros are their own sign.
    return v128.bitselect(sign, x, f32x4.gt(f32x4.abs(x), f32x4.splat(0)));
  }
  if (kernel == EXP) return exp(x);
  if (kernel == LOG) return log(x);
  if (kernel == SQRT) return f32x4.sqrt(x);
  if (kernel == TANH) return tanh(x);
  if (kernel == SIGMOID) return sigmoid(x);
  if (kernel == RELU) return f32x4.max(x, f32x4.splat(0));
  if (kernel == ERF) return erf(x);
  if (kernel == LOG1P) return log1p(x);
  if (kernel == SIN) return sin(x);
  if (kernel == COS) return cos(x);
  if (kernel == FLOOR) return f32x4.floor(x);
  return f32x4.nearest(x);
}

/** Whole vectors up to and including the last, incomplete one: buffers are rounded up, so nobody else's memory is touched. */
@inline
function map(kernel: i32, x: usize, out: usize, bytes: usize): void {
  const pairs = out + (bytes & ~31);
  const end = out + bytes;
  for (; out < pairs; out += 32, x += 32) {
    const y0 = apply(kernel, v128.load(x));
    const y1 = apply(kernel, v128.load(x, 16));
    v128.store(out, y0);
    v128.store(out, y1, 16);
  }
  for (; out < end; out += 16, x += 16) v128.store(out, apply(kernel, v128.load(x)));
}

/** Elements `begin` … `end` − 1 of an f32 tensor, both multiples of 4 except the last. */
export function unary(begin: i32, end: i32, _scratch: usize, kernel: i32, x: usize, out: usize): void {
  x += <usize>begin * 4;
  out += <usize>begin * 4;
  const bytes = <usize>(end - begin) * 4;
  switch (kernel) {
    case NEG: map(NEG, x, out, bytes); break;
    case ABS: map(ABS, x, out, bytes); break;
    case SIGN: map(SIGN, x, out, bytes); break;
    case EXP: map(EXP, x, out, bytes); break;
    case LOG: map(LOG, x, out, bytes); break;
    case SQRT: map(SQRT, x, out, bytes); break;
    case TANH: map(TANH, x, out, bytes); break;
    case SIGMOID: map(SIGMOID, x, out, bytes); break;
    case RELU: map(RELU, x, out, bytes); break;
    case ERF: map(ERF, x, out, bytes); break;
    case LOG1P: map(LOG1P, x, out, bytes); break;
    case SIN: map(SIN, x, out, bytes); break;
    case COS: map(COS, x, out, bytes); break;
    case FLOOR: map(FLOOR, x, out, bytes); break;
    case ROUND: map(ROUND, x, out, bytes); break;
  }
}

/** neg, abs and sign of i32; not of bool. */
export function unaryInteger(begin: i32, end: i32, _scratch: usize, kernel: i32, x: usize, out: usize): void {
  for (let i = <usize>begin * 4; i < <usize>end * 4; i += 4) {
    const value = load<i32>(x + i);
    let y = -value;
    if (kernel == ABS) y = value < 0 ? -value : value;
    else if (kernel == SIGN) y = i32(value > 0) - i32(value < 0);
    store<i32>(out + i, y);
  }
}

export function not(begin: i32, end: i32, _scratch: usize, x: usize, out: usize): void {
  for (let i = <usize>begin; i < <usize>end; i++) store<u8>(out + i, 1 - load<u8>(x + i));
}
