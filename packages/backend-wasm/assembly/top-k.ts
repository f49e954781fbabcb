/** The k largest entries of rows. */

/** Whether a value stands before another one: NaN first, then in descending order. */
@inline
function before(a: f32, b: f32): bool {
  return a > b || (a != a && b == b);
}

/** Inserts a value into a list of `count` values in descending order, behind those that are equal, and cuts it to k. */
@inline
function insert(value: f32, index: i32, values: usize, indices: usize, count: i32, k: i32): void {
  let place = min(count, k - 1);
  for (; place > 0; place--) {
    const other = load<f32>(values + (<usize>(place - 1) << 2));
    if (!before(value, other)) break;
    store<f32>(values + (<usize>place << 2), other);
    store<i32>(indices + (<usize>place << 2), load<i32>(indices + (<usize>(place - 1) << 2)));
  }
  store<f32>(values + (<usize>place << 2), value);
  store<i32>(indices + (<usize>place << 2), index);
}

/** The k largest entries of each row of n, in descending order, and their positions. Equal entries keep their order. */
export function topK(begin: i32, end: i32, _scratch: usize, x: usize, values: usize, indices: usize, n: i32, k: i32): void {
  for (let i = <usize>begin; i < <usize>end; i++) {
    const from = x + (i * <usize>n << 2);
    const toValues = values + (i * <usize>k << 2);
    const toIndices = indices + (i * <usize>k << 2);
    const last = toValues + (<usize>(k - 1) << 2);
    let j = 0;
    for (; j < k; j++) insert(load<f32>(from + (<usize>j << 2)), j, toValues, toIndices, j, k);
    for (; j + 4 <= n; j += 4) {
      // Most entries are not larger than the smallest of the list. NaN is not smaller or equal.
      const block = v128.load(from + (<usize>j << 2));
      if (i32x4.all_true(f32x4.le(block, v128.load32_splat(last)))) continue;
      for (let lane = j; lane < j + 4; lane++) {
        const value = load<f32>(from + (<usize>lane << 2));
        if (before(value, load<f32>(last))) insert(value, lane, toValues, toIndices, k, k);
      }
    }
    for (; j < n; j++) {
      const value = load<f32>(from + (<usize>j << 2));
      if (before(value, load<f32>(last))) insert(value, j, toValues, toIndices, k, k);
    }
  }
}

/** Zeros, but for the gradients of the selected entries. */
export function topKGradient(begin: i32, end: i32, _scratch: usize, g: usize, indices: usize, out: usize, n: i32, k: i32): void {
  for (let i = <usize>begin; i < <usize>end; i++) {
    const row = out + (i * <usize>n << 2);
    memory.fill(row, 0, <usize>n << 2);
    for (let j: usize = 0; j < <usize>k; j++) {
      const at = (i * <usize>k + j) << 2;
      store<f32>(row + (<usize>load<i32>(indices + at) << 2), load<f32>(g + at));
    }
  }
}
