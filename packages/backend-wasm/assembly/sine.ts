/**
 * Sine and cosine, one lane after the other, calculated in f64 and rounded once: right to 1 unit in the last place for
 * every f32, however large.
 */

/** The bits of 2/π behind the point, most significant first: as many as the largest f32 needs. */
const TWO_OVER_PI: usize = memory.data<u64>([0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041, 0xFE5163ABDEBBC561]);
/** Below π · 2²⁸, whole quarter turns have few enough bits for exact products. */
const EXACT_TURNS: u32 = 0x4DC90FDB;

/** sin(x + quarters · π/2). */
function turned(x: f32, quarters: i32): f32 {
  const bits = reinterpret<u32>(x) & 0x7FFFFFFF;
  if (bits >= 0x7F800000) return x - x;
  // −0 is its own sine; reducing it would lose the sign.
  if (bits == 0 && quarters == 0) return x;
  let r: f64;
  if (bits < EXACT_TURNS) {
    const turns = nearest(<f64>x * 0.63661977236758134308);
    // π/2 in two parts, of which the first has 25 bits.
    r = <f64>x - turns * 1.57079631090164184570 - turns * 1.58932547735281966916e-8;
    quarters += <i32>turns;
  } else {
    // mantissa · 2/π modulo 4 (Payne and Hanek 1983), with 96 bits of 2/π from where the product becomes that small.
    const offset = (bits >> 23) - 152;
    const shift = <u64>(offset & 63);
    const table = TWO_OVER_PI + <usize>((offset >> 6) << 3);
    const b0 = load<u64>(table);
    const b1 = load<u64>(table, 8);
    const b2 = load<u64>(table, 16);
    const high = shift == 0 ? b0 : (b0 << shift) | (b1 >> (64 - shift));
    const next = shift == 0 ? b1 : (b1 << shift) | (b2 >> (64 - shift));
    const mantissa = <u64>((bits & 0x007FFFFF) | 0x00800000);
    const product = mantissa * high + ((mantissa * (next >> 32)) >> 32);
    const fraction = <i64>(product << 2);
    const turns = <i32>((product >> 62) + (<u64>fraction >> 63));
    // π · 2⁻⁶⁵
    r = <f64>fraction * 8.51530395021638647334e-20;
    if (x < 0) r = -r;
    quarters += x < 0 ? -turns : turns;
  }
  const s = r * r;
  let y: f64;
  if (quarters & 1) {
    y = 1 + s * (-0.499999997251031003120 + s * (0.0416666233237390631894 + s * (-0.00138867637746099294692 + s * 0.0000243904487962774090654)));
  } else {
    y = r + r * s * (-0.166666666416265235595 + s * (0.0083333293858894631756 + s * (-0.000198393348360966317347 + s * 0.0000027183114939898219064)));
  }
  return <f32>(quarters & 2 ? -y : y);
}

/** sin x. */
export function sin(x: v128): v128 {
  return turnedLanes(x, 0);
}

/** cos x. */
export function cos(x: v128): v128 {
  return turnedLanes(x, 1);
}

function turnedLanes(x: v128, quarters: i32): v128 {
  return f32x4(
    turned(f32x4.extract_lane(x, 0), quarters),
    turned(f32x4.extract_lane(x, 1), quarters),
    turned(f32x4.extract_lane(x, 2), quarters),
    turned(f32x4.extract_lane(x, 3), quarters),
  );
}
