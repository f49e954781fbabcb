import {
  abs,
  add,
  concat,
  div,
  keep,
  mul,
  noGrad,
  type Parameter,
  type SafeTensor,
  scope,
  slice,
  sqrt,
  sub,
  type Tensor,
  zeros,
} from "@heed/tensor";
import { SlotOptimizer } from "../src/index.js";
import { checkRate } from "../src/optimizer.js";

/** Parameters by name. */
export type Parameters = ReadonlyMap<string, Parameter>;

/** Momentum with a bias correction that needs the number of steps: what faults are planted in. */
export class Healthy extends SlotOptimizer {
  constructor(parameters: Parameters) {
    super("planted", parameters, ["momentum"]);
  }

  step(learningRate: number): void {
    this.check(learningRate);
    scope(() => noGrad(() => this.update(learningRate)));
  }

  protected check(learningRate: number): void {
    checkRate("planted", learningRate);
  }

  protected update(learningRate: number): void {
    for (const [name, parameter] of this.parameters) this.move(name, parameter, learningRate);
  }

  protected move(name: string, parameter: Parameter, learningRate: number): void {
    if (!parameter.grad) return;
    const slot = this.slots.get(name);
    const steps = (slot?.steps ?? 0) + 1;
    const before = slot?.tensors[0] ?? zeros(parameter.shape, parameter.backend);
    const momentum = add(mul(before, 0.5), mul(this.direction(parameter.grad, parameter), 0.5));
    this.slots.set(name, steps, [momentum]);
    this.assign(parameter, mul(momentum, learningRate / (1 - 0.5 ** steps)), name);
  }

  protected direction(gradient: Tensor, _parameter: Parameter): Tensor {
    return gradient;
  }

  protected assign(parameter: Parameter, change: Tensor, _name: string): void {
    parameter.assign(sub(parameter, change));
  }
}

type State = ReadonlyMap<string, SafeTensor>;

export class SkipsLast extends Healthy {
  protected override move(name: string, parameter: Parameter, rate: number): void {
    if ([...this.parameters.keys()].at(-1) !== name) super.move(name, parameter, rate);
  }
}

export class Climbs extends Healthy {
  protected override direction(gradient: Tensor): Tensor {
    return mul(gradient, -1);
  }
}

export class FirstSixteen extends Healthy {
  protected override direction(gradient: Tensor): Tensor {
    const { size, shape } = gradient;
    if (size <= 16) return gradient;
    const flat = gradient.reshape(size);
    const part = (start: number, end: number) => slice(flat, { axis: 0, start, end });
    const rest = zeros([size - 16], gradient.backend);
    return concat([part(0, 16), rest], { axis: 0 }).reshape(...shape);
  }
}

export class Noisy extends Healthy {
  protected override direction(gradient: Tensor): Tensor {
    return mul(gradient, 1 + 0.01 * Math.random());
  }
}

export class DecaysAll extends Healthy {
  protected override move(name: string, parameter: Parameter, rate: number): void {
    parameter.assign(mul(parameter, 1 - 0.1 * rate));
    super.move(name, parameter, rate);
  }
}

export class CountsAll extends Healthy {
  #step = 0;
  protected override update(rate: number): void {
    this.#step++;
    super.update(rate / (1 - 0.5 ** this.#step));
  }
}

export class StateLost extends Healthy {
  override async state(): Promise<Map<string, SafeTensor>> {
    return new Map();
  }
}

export class LoadIgnored extends Healthy {
  override load(_state: State): void {}
}

export class LoadAdds extends Healthy {
  override load(state: State): void {
    if (state.size > 0) super.load(state);
  }
}

export class StepsLost extends Healthy {
  override load(state: State): void {
    super.load(
      new Map(
        [...state].map(([key, value]) =>
          key.startsWith("step.") ? [key, { ...value, data: Int32Array.of(1) } as SafeTensor] : [key, value],
        ),
      ),
    );
  }
}

export class StateInHalf extends Healthy {
  override async state(): Promise<Map<string, SafeTensor>> {
    const rounded = (data: ArrayLike<number>) => Float64Array.from(data, (value) => Math.round(value * 1e4) / 1e4);
    return new Map(
      [...(await super.state())].map(([key, value]) =>
        value.dtype === "I32"
          ? [key, value]
          : [key, { ...value, dtype: "F64", data: rounded(value.data as ArrayLike<number>) } as SafeTensor],
      ),
    );
  }
}

export class StateResets extends Healthy {
  override async state(): Promise<Map<string, SafeTensor>> {
    const state = await super.state();
    this.slots.dispose();
    return state;
  }
}

export class LoadsAnything extends Healthy {
  override load(state: State): void {
    const shapes = [...state].every(([key, { shape, data }]) => {
      const parameter = this.parameters.get(key.slice(key.indexOf(".") + 1));
      return parameter && (data.length === 1 || String(shape) === String(parameter.shape));
    });
    if (shapes) super.load(state);
  }
}

export class LoadsHalf extends Healthy {
  override load(state: State): void {
    this.slots.dispose();
    super.load(state);
  }
}

export class AnyRate extends Healthy {
  protected override check(): void {}
}

export class RateCheckedLate extends Healthy {
  override step(rate: number): void {
    scope(() => noGrad(() => this.update(Number.isFinite(rate) ? rate : 0)));
    this.check(rate);
  }
}

export class RateFloor extends Healthy {
  protected override update(rate: number): void {
    super.update(Math.max(rate, 1e-6));
  }
}

export class RateSquared extends Healthy {
  protected override update(rate: number): void {
    super.update(rate * rate * 20);
  }
}

export class RateIgnored extends Healthy {
  protected override update(rate: number): void {
    super.update(rate === 0 ? 0 : 0.05);
  }
}

export class ClearsGradients extends Healthy {
  protected override update(rate: number): void {
    super.update(rate);
    this.zeroGrad();
  }
}

export class ClipsInPlace extends Healthy {
  protected override move(name: string, parameter: Parameter, rate: number): void {
    if (parameter.grad) parameter.grad = keep(mul(parameter.grad, 0.9));
    super.move(name, parameter, rate);
  }
}

export class KeepsGradients extends Healthy {
  override zeroGrad(): void {
    for (const parameter of [...this.parameters.values()].slice(1)) parameter.zeroGrad();
  }
}

export class ForgetsBuffers extends Healthy {
  override zeroGrad(): void {
    for (const parameter of this.parameters.values()) parameter.grad = null;
  }
}

export class SharedScale extends Healthy {
  protected override move(name: string, parameter: Parameter, rate: number): void {
    super.move(name, parameter, rate / Math.sqrt(this.parameters.size));
  }
}

export class FirstIsFaster extends Healthy {
  protected override assign(parameter: Parameter, change: Tensor, name: string): void {
    super.assign(parameter, [...this.parameters.keys()][0] === name ? mul(change, 1.5) : change, name);
  }
}

export class DividesByNorm extends Healthy {
  protected override direction(gradient: Tensor): Tensor {
    return div(gradient, abs(gradient));
  }
}

export class EpsilonVanishes extends Healthy {
  protected override direction(gradient: Tensor): Tensor {
    return div(gradient, sqrt(add(mul(gradient, gradient), 1e-50)));
  }
}

export class Overflows extends Healthy {
  protected override direction(gradient: Tensor): Tensor {
    const square = mul(gradient, gradient);
    return div(mul(square, mul(square, gradient)), add(mul(square, square), 1e-12));
  }
}

export class Cancels extends Healthy {
  protected override assign(parameter: Parameter, change: Tensor): void {
    parameter.assign(sub(sub(add(parameter, 1e4), change), 1e4));
  }
}

export class OtherBackend extends Healthy {
  protected override direction(gradient: Tensor): Tensor {
    return add(gradient, zeros(gradient.shape));
  }
}

export class NoCorrection extends Healthy {
  protected override assign(parameter: Parameter, change: Tensor, name: string): void {
    super.assign(parameter, mul(change, 1 - 0.5 ** (this.slots.get(name)?.steps ?? 1)), name);
  }
}

export class Leaks extends Healthy {
  protected override direction(gradient: Tensor): Tensor {
    keep(mul(gradient, 1));
    return gradient;
  }
}

export class NoScope extends Healthy {
  override step(rate: number): void {
    this.check(rate);
    noGrad(() => this.update(rate));
  }
}

export class KeepsState extends Healthy {
  override dispose(): void {}
}

export class FreesParameters extends Healthy {
  override dispose(): void {
    super.dispose();
    for (const parameter of this.parameters.values()) parameter.dispose();
  }
}

/** Fails when there is no parameter. */
export class NeedsParameters extends Healthy {
  protected override update(rate: number): void {
    const [first] = this.parameters.values();
    super.update(rate * (first!.size > 0 ? 1 : 0));
  }
}
