import { additiveGru, type FusedKernel, fuse, maskFits, type Operand } from "@heed/tensor";
import type { GpuBuffer } from "../buffer.js";
import type { Kernel } from "../kernel.js";
import { multiply } from "../primitives/matmul.js";
import { backToV, keysGradient, queryGradient, scoresKernel } from "./additive.js";
import { carryKernel, forwardKernel, partsKernel, picked } from "./gru.js";
import { before, join, recur, recurrentGradients, stepArguments, type Walk } from "./recurrence.js";
import { weigh, weighBack } from "./softmax.js";
import { areFilled, of, release, result, type Toolbox } from "./toolbox.js";

/** The token's gates at one step, and W_c · context. */
const gatesKernel: Kernel = {
  name: "additive gru, gates",
  grid: "matrix",
  parameters: {
    ...{ tokenGates: "values", context: "values", weight: "values" },
    ...{ t: "integer", n: "integer", c: "integer", step: "integer" },
  },
  body: `
    let sum = tokenGates[inMatrix(ROW, t * n, step, n, COLUMN)];
    for (let k = 0; k < c; k++) { sum += context[at(ROW, c, k)] * weight[at(COLUMN, c, k)]; }
    return sum;`,
};

/** d(loss)/d(context) at one step: what came for it, and what its gates pass on. */
const contextBack: Kernel = {
  name: "additive gru, context back",
  grid: "matrix",
  parameters: {
    ...{ parts: "values", weight: "values", cotangent: "values" },
    ...{ t: "integer", h: "integer", c: "integer", step: "integer" },
  },
  body: `
    let sum = cotangent[inMatrix(ROW, t * c, step, c, COLUMN)];
    for (let k = 0; k < 3 * h; k++) { sum += parts[at(ROW, 4 * h, k)] * weight[at(k, c, COLUMN)]; }
    return sum;`,
};

/** d(loss)/d(weights) at one step: what came for them, and values · d(loss)/d(context). */
const weightsBack: Kernel = {
  name: "additive gru, weights back",
  grid: "matrix",
  parameters: {
    ...{ dContext: "values", values: "values", cotangent: "values" },
    ...{ t: "integer", s: "integer", c: "integer", step: "integer" },
  },
  body: `
    let sum = cotangent[inMatrix(ROW, t * s, step, s, COLUMN)];
    for (let k = 0; k < c; k++) { sum += dContext[at(ROW, c, k)] * values[inMatrix(ROW, s * c, COLUMN, c, k)]; }
    return sum;`,
};

/** What a state is sent by the next step, and by the query that it was asked for. */
const stateBack: Kernel = {
  name: "additive gru, query back",
  grid: "matrix",
  parameters: { carry: "values", dQuery: "values", weight: "values", h: "integer", d: "integer" },
  body: `
    let sum = carry[at(ROW, h, COLUMN)];
    for (let k = 0; k < d; k++) { sum += dQuery[at(ROW, d, k)] * weight[at(COLUMN, d, k)]; }
    return sum;`,
};

interface Sizes {
  readonly b: number;
  readonly t: number;
  readonly h: number;
  readonly s: number;
  readonly d: number;
  readonly c: number;
}

function sizesOf(tokenGates: Operand, hidden: Operand, prepared: Operand, values: Operand): Sizes {
  const [b, t] = tokenGates.shape as [number, number];
  const [, s, d] = prepared.shape as [number, number, number];
  return { b, t, h: hidden.shape[1]!, s, d, c: values.shape[2]! };
}

/** a · b of matrices stored as they are, one product. */
const whole = { count: 1, stepA: 0, stepB: 0 };

/** A decoder with additive attention: everything that need not wait for the next step is done for all steps at once. */
export function additiveGruKernels(box: Toolbox): FusedKernel[] {
  const { device } = box;
  return [
    fuse(additiveGru, {
      accepts: ([tokenGates, hidden, prepared, values, mask, queryWeight, v, contextWeight, weightHh]) =>
        areFilled(tokenGates, hidden, prepared, values, queryWeight, v, contextWeight, weightHh) &&
        maskFits(mask, [tokenGates.shape[0]!, 1, prepared.shape[1]!]),
      forward(inputs, _params, wantsGradient) {
        const [tokenGates, hidden, prepared, values, mask, queryWeight, v, contextWeight, weightHh, biasHh] = inputs;
        const sizes = sizesOf(tokenGates, hidden, prepared, values);
        const { b, t, h, s, d, c } = sizes;
        const one: Walk = { b, t: 1, h, lengths: null, reverse: false };
        const step = forwardKernel(false);
        const made = { query: [], weight: [], context: [], gates: [], product: [], state: [] } as Record<
          "query" | "weight" | "context" | "gates" | "product" | "state",
          GpuBuffer[]
        >;
        let state = of(hidden);
        for (let i = 0; i < t; i++) {
          const product = recur(box, state, weightHh, biasHh, b);
          const query = multiply(device, {
            ...{ ...whole, a: state, b: of(queryWeight), transposed: { a: false, b: false }, m: b, n: d, k: h },
          });
          const scores = device.runMatrix(scoresKernel, b, s, [query, of(prepared), of(v), 1, s, d]);
          const weight = weigh(box, result(scores, [b, 1, s]), mask);
          release(box, scores);
          const context = multiply(device, {
            ...{ a: weight, b: of(values), transposed: { a: false, b: false }, count: b, m: 1, n: c, k: s },
            ...{ stepA: s, stepB: s * c },
          });
          const args = [of(tokenGates), context, of(contextWeight), t, 3 * h, c, i];
          const gates = device.runMatrix(gatesKernel, b, 3 * h, args);
          state = device.runMatrix(step, b, h, [gates, product, state, ...stepArguments(one, 0)]);
          for (const [name, buffer] of Object.entries({ query, weight, context, gates, product, state })) {
            made[name as keyof typeof made].push(buffer);
          }
        }
        const outputs = [
          result(join(box, made.state, b), [b, t, h]),
          result(join(box, made.context, b), [b, t, c]),
          result(join(box, made.weight, b), [b, t, s]),
        ];
        release(box, ...made.state, ...made.context);
        if (!wantsGradient) {
          release(box, ...made.query, ...made.weight, ...made.gates, ...made.product);
          return { outputs };
        }
        const gates = join(box, made.gates, b);
        const queries = join(box, made.query, b);
        release(box, ...made.gates);
        return {
          outputs,
          saved: [
            result(gates, [b, t, 3 * h]),
            result(queries, [b, t, d]),
            ...made.query.map((query) => result(query, [b, d])),
            ...made.weight.map((weight) => result(weight, [b, s])),
            ...made.product.map((product) => result(product, [b, 3 * h])),
          ],
        };
      },

      vjp({ inputs, outputs, saved, cotangents, needs }) {
        const [tokenGates, hidden, prepared, values, , queryWeight, v, contextWeight, weightHh, biasHh] = inputs;
        const { b, t, h, s, d, c } = sizesOf(tokenGates, hidden, prepared, values);
        const [gates, queries, ...perStep] = saved.map(of) as [GpuBuffer, GpuBuffer, ...GpuBuffer[]];
        const zeros: GpuBuffer[] = [];
        const [gStates, gContexts, gWeights] = [h, c, s].map((width, i) => {
          const came = cotangents[i];
          if (came) return of(came);
          const nothing = device.fill(b * t * width, 0, "f32");
          zeros.push(nothing);
          return nothing;
        }) as [GpuBuffer, GpuBuffer, GpuBuffer];
        const walk: Walk = { b, t, h, lengths: null, reverse: false };
        const previous = before(box, walk, of(outputs[0]!), of(hidden));
        const [gatesBack, recurrentBack] = [partsKernel(false), carryKernel(false)];
        const parts: GpuBuffer[] = [];
        const dContexts: GpuBuffer[] = [];
        const dScores: GpuBuffer[] = [];
        const dQueries: GpuBuffer[] = [];
        let carry = device.fill(b * h, 0, "f32");
        for (let i = t - 1; i >= 0; i--) {
          const [query, weight, product] = [perStep[i]!, perStep[t + i]!, perStep[2 * t + i]!];
          const common = stepArguments(walk, i);
          const part = device.runMatrix(gatesBack, b, 4 * h, [gates, product, previous, carry, gStates, ...common]);
          const dContext = device.runMatrix(contextBack, b, c, [part, of(contextWeight), gContexts, t, h, c, i]);
          const dWeight = device.runMatrix(weightsBack, b, s, [dContext, of(values), gWeights, t, s, c, i]);
          const dScore = weighBack(box, weight, dWeight, s, 1);
          const dQuery = device.runMatrix(queryGradient, b, d, [query, of(prepared), of(v), dScore, 1, s, d]);
          const args = [gates, product, part, of(weightHh), carry, gStates, ...common];
          const recurrent = device.runMatrix(recurrentBack, b, h, args);
          const next = device.runMatrix(stateBack, b, h, [recurrent, dQuery, of(queryWeight), h, d]);
          release(box, dWeight, recurrent, carry);
          carry = next;
          for (const [list, buffer] of [
            [parts, part],
            [dContexts, dContext],
            [dScores, dScore],
            [dQueries, dQuery],
          ] as const) {
            list.unshift(buffer);
          }
        }
        const [allParts, allContexts, allScores, allQueries] = [parts, dContexts, dScores, dQueries].map((list) => {
          const all = join(box, list, b);
          release(box, ...list);
          return all;
        }) as [GpuBuffer, GpuBuffer, GpuBuffer, GpuBuffer];
        const dTokenGates = picked(box, allParts, h, 3);
        const dProducts = picked(box, allParts, h, 2);
        const wanted = { weight: needs[8] === true, bias: needs[9] === true };
        const { dWeight, dBias } = recurrentGradients(box, dProducts, previous, weightHh, biasHh, wanted);
        const rows = b * t;
        const product = (a: GpuBuffer, other: GpuBuffer, m: number, n: number): GpuBuffer =>
          multiply(device, { ...whole, a, b: other, transposed: { a: true, b: false }, m, n, k: rows });
        const additive = [queries, of(prepared), of(v), allScores, t, s, d];
        const gradients = [
          result(dTokenGates, tokenGates.shape),
          result(carry, hidden.shape),
          needs[2] ? result(device.runMatrix(keysGradient, b * s, d, additive), prepared.shape) : null,
          needs[3]
            ? result(
                multiply(device, {
                  ...{ a: of(outputs[2]!), b: allContexts, transposed: { a: true, b: false } },
                  ...{ count: b, m: s, n: c, k: t, stepA: t * s, stepB: t * c },
                }),
                values.shape,
              )
            : null,
          null,
          needs[5] ? result(product(previous, allQueries, h, d), queryWeight.shape) : null,
          needs[6] ? result(backToV(box, queries, of(prepared), allScores, { b, q: t, k: s, d }), v.shape) : null,
          needs[7] ? result(product(dTokenGates, of(outputs[1]!), 3 * h, c), contextWeight.shape) : null,
          dWeight,
          dBias,
        ];
        release(box, previous, allParts, allContexts, allScores, allQueries, dProducts, ...zeros);
        return gradients;
      },
    }),
  ];
}
