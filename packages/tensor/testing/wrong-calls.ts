import {
  adamStep,
  add,
  attention,
  backward,
  cast,
  concat,
  embedding,
  expandDims,
  full,
  gather,
  gru,
  layerNorm,
  linear,
  lstm,
  matmul,
  max,
  mean,
  mul,
  randomNormal,
  reshape,
  rnn,
  scatterAdd,
  softmax,
  softmaxCrossEntropy,
  stack,
  sum,
  type Tensor,
  tensor,
  zeros,
} from "../src/index.js";

const x = (...shape: number[]): Tensor => zeros(shape);
const ids = (...values: number[]): Tensor => tensor(Int32Array.from(values));
/** A list of lengths, and the other arguments of a GRU with 2 inputs and 1 hidden unit. */
const gruOf = (input: Tensor, lengths: Tensor | null) => gru(input, x(2, 1), x(3, 2), x(3, 1), null, null, lengths);

/**
 * Calls that types refuse or cannot judge, and the exact message of each on every backend. Backends whose device is not
 * the host report only the first list.
 */
export const wrongCalls: readonly (readonly [name: string, call: () => unknown, message: string])[] = [
  [
    "an axis that is given twice",
    () => sum(x(2, 3), { axis: [1, -1] }),
    "sum: every axis must be given once, got [1, -1] of 2 axes.",
  ],
  [
    "NaN for a number",
    () => layerNorm(x(2), null, null, { epsilon: Number.NaN }),
    "layerNorm: epsilon must be a number, got NaN.",
  ],
  [
    "an empty axis without a largest entry",
    () => max(x(2, 0), { axis: 1 }),
    "max: expected at least one entry, got x [2, 0], whose axis 1 is empty. Choose another axis, or leave out empty tensors.",
  ],
  [
    "weights of another dtype",
    () => linear(x(2, 3), cast(x(4, 3), { dtype: "i32" }), null),
    "linear: weight is i32, but must be f32; use cast() to convert.",
  ],
  [
    "an axis out of range, in the name of the operation that was called",
    () => mean(x(2, 3), { axis: 2 }),
    "mean: axis 2 is outside of a tensor with 2 axes (-2 … 1).",
  ],
  [
    "a gradient of another shape",
    () => adamStep(x(2, 3), x(6), x(2, 3), x(2, 3), { learningRate: 1, beta1: 0, beta2: 0, epsilon: 1, step: 1 }),
    "adamStep: gradient must have the shape of parameter, [2, 3], got [6].",
  ],
  [
    "tensors of two shapes in a stack",
    () => stack([x(2), x(3)], { axis: 0 }),
    "stack: tensors[1] must be f32 [2] like tensors[0], got f32 [3].",
  ],
  [
    "a negative size",
    () => scatterAdd(x(2), ids(0, 0), { axis: 0, size: -1 }),
    "scatterAdd: size must be an integer ≥ 0, got -1.",
  ],
  [
    "an axis in place of options",
    // @ts-expect-error options are an object
    () => sum(x(2, 3), 1),
    "sum: expected an object with options, got 1. Write sum(x, { axis: 1 }).",
  ],
  [
    "an unknown option",
    // @ts-expect-error there is no such option
    () => mean(x(2), { axes: 1 }),
    'mean: there is no option "axes". Did you mean "axis"? Known: axis, keepDims.',
  ],
  [
    "a number in place of required options",
    // @ts-expect-error options are an object
    () => expandDims(x(2), 2),
    "expandDims: expected an object with options, got 2. Write expandDims(x, { axis: 2 }).",
  ],
  [
    "options of an operation without any",
    // @ts-expect-error there are no options
    () => add(x(2), x(2), { nonsense: true }),
    'add: there is no option "nonsense". It has no options.',
  ],
  [
    "a missing option",
    // @ts-expect-error the axis is required
    () => softmax(x(2)),
    "softmax: the option axis is missing; it must be an integer. Write softmax(x, { axis: … }).",
  ],
  // @ts-expect-error the axis is a number
  ["an option of a wrong kind", () => softmax(x(2), { axis: "1" }), 'softmax: axis must be an integer, got "1".'],
  [
    "a fraction as axis",
    () => sum(x(2), { axis: 0.5 }),
    "sum: axis must be an integer or a list of integers, got 0.5.",
  ],
  [
    "a number as truth value",
    // @ts-expect-error keepDims is true or false
    () => sum(x(2), { keepDims: 1 }),
    "sum: keepDims must be true or false, got 1.",
  ],
  [
    "a dtype of NumPy in cast",
    // @ts-expect-error there is no such dtype
    () => cast(x(2), { dtype: "float32" }),
    'cast: dtype must be one of "f32", "i32", "bool", got "float32".',
  ],
  [
    "a dtype of NumPy in tensor",
    // @ts-expect-error there is no such dtype
    () => tensor([1], { dtype: "float32" }),
    'tensor: dtype must be "f32", "i32" or "bool", got "float32". Write "f32".',
  ],
  [
    "an unknown option of tensor",
    // @ts-expect-error there is no such option
    () => tensor([1], { type: "f32" }),
    'tensor: there is no option "type". Did you mean "dtype"? Known: shape, dtype, backend.',
  ],
  // @ts-expect-error a shape is a list
  ["sizes one by one", () => zeros(2, 3), "zeros: the shape must be a list of sizes, got 2. Write [2]."],
  ["a negative size", () => full([2, -1], 0), "full: [2, -1] is not a shape: every axis must be a whole number ≥ 0."],
  [
    "no generator",
    // @ts-expect-error the generator is required
    () => randomNormal([2]),
    "randomNormal: random must be a Random, got undefined. Write randomNormal(shape, new Random(1)).",
  ],
  [
    "an array in place of a tensor",
    // @ts-expect-error arrays are not tensors
    () => mul(x(2), [1, 2]),
    "mul: b must be a tensor or a number, got [1, 2]. Make a tensor of it with tensor().",
  ],
  // @ts-expect-error b is missing
  ["a missing argument", () => matmul(x(2, 2)), "matmul: b must be a tensor, got undefined."],
  [
    "a nullable argument left out",
    // @ts-expect-error the bias is required, or null
    () => linear(x(1, 2), x(3, 2)),
    "linear: bias must be a tensor or null, got undefined.",
  ],
  [
    "tensors that are not in a list",
    // @ts-expect-error the tensors are a list
    () => concat(x(2), { axis: 0 }),
    "concat: tensors must be a list of at least one tensor, got a tensor of shape [2].",
  ],
  [
    "something else in a list of tensors",
    // @ts-expect-error numbers are not tensors
    () => concat([x(2), 3], { axis: 0 }),
    "concat: tensors[1] must be a tensor, got 3.",
  ],
  [
    "a surplus argument",
    // @ts-expect-error there is no third tensor
    () => mul(x(2), x(2), {}, 3),
    "mul: expected at most 3 arguments (a, b, options), got 4.",
  ],
  [
    "JavaScript's operators",
    // @ts-expect-error tensors are not numbers
    () => x(2) * 2,
    "JavaScript's operators do not work on tensors: got a tensor beside an operator such as *, + or <. Write mul(a, b) or a.mul(b), add(a, b), less(a, b).",
  ],
  [
    "an input that does not fit the weight",
    () => linear(x(4, 3), x(5, 7), null),
    'linear: x [4, 3] must have i = 7 at axis 1 as in weight [5, 7], got 3; the shapes are "... i, o i, o -> ... o".',
  ],
  [
    "an input with an axis too few",
    () => gruOf(x(4, 2), null),
    'gru: x [4, 2] must have 3 axes, got 2; the shapes are "b t i, b h, 3*h i, 3*h h, 3*h, 3*h, b -> b t h, b h".',
  ],
  [
    "a sequence that does not fit the weights of a GRU",
    () => gruOf(x(2, 4, 5), null),
    'gru: x [2, 4, 5] must have i = 2 at axis 2 as in weightIh [3, 2], got 5; the shapes are "b t i, b h, 3*h i, 3*h h, 3*h, 3*h, b -> b t h, b h".',
  ],
  [
    "keys of another batch",
    () => attention(x(2, 3, 4), x(2, 5, 6), x(2, 5, 6), null),
    'attention: keys [2, 5, 6] must have d = 4 at axis 2 as in query [2, 3, 4], got 6; the shapes are "... q d, ... k d, ... k e, ... -> ... q e, ... q k".',
  ],
  [
    "lengths as floats",
    () => gruOf(x(2, 4, 2), tensor([4, 2])),
    "gru: lengths is f32, but must be i32; use cast() to convert.",
  ],
  [
    "lengths of another batch",
    () => gruOf(x(2, 4, 2), ids(4, 2, 1)),
    'gru: lengths [3] must have b = 2 at axis 0 as in x [2, 4, 2], got 3; the shapes are "b t i, b h, 3*h i, 3*h h, 3*h, 3*h, b -> b t h, b h".',
  ],
  [
    "an index outside of gather",
    () => gather(x(3, 2), tensor([[0, 3]], { dtype: "i32" }), { axis: 0 }),
    "gather: indices[0, 1] must be an index from 0 to 2, got 3; indices has shape [1, 2].",
  ],
  [
    "an index outside of scatterAdd",
    () => scatterAdd(x(2), ids(1, -1), { axis: 0, size: 4 }),
    "scatterAdd: indices[1] must be an index from 0 to 3, got -1; indices has shape [2].",
  ],
  [
    "an id outside of a table",
    () => embedding(x(5, 3), reshape(ids(1, 0, 5, 2), { shape: [2, 2] })),
    "embedding: ids[1, 0] must be an index from 0 to 4, got 5; ids has shape [2, 2].",
  ],
  [
    "a target outside of the classes",
    () => softmaxCrossEntropy(x(2, 4), ids(0, 9), { ignoreIndex: -100 }),
    "softmaxCrossEntropy: targets[1] must be an index from 0 to 3, got 9; targets has shape [2].",
  ],
  ["a loss that is not a scalar", () => backward(x(2)), "backward() needs a scalar loss, got shape [2]."],
];

/** Calls whose fault is in values on the device, which only backends on the host read. */
export const wrongValues: typeof wrongCalls = [
  [
    "a length beyond the sequence",
    () => gruOf(x(2, 4, 2), ids(4, 5)),
    "gru: lengths[1] must be an integer from 0 to 4, the number of steps, got 5.",
  ],
  [
    "a negative length of an LSTM",
    () => lstm(x(1, 4, 2), x(1, 1), x(1, 1), x(4, 2), x(4, 1), null, null, ids(-1)),
    "lstm: lengths[0] must be an integer from 0 to 4, the number of steps, got -1.",
  ],
  [
    "a length beyond the sequence of an RNN",
    () => rnn(x(1, 4, 2), x(1, 1), x(1, 2), x(1, 1), null, null, ids(7)),
    "rnn: lengths[0] must be an integer from 0 to 4, the number of steps, got 7.",
  ],
];
