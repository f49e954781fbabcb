import {
  add,
  concat,
  keep,
  mul,
  noGrad,
  type Parameter,
  reshape,
  type SafeTensor,
  scope,
  sign,
  slice,
  sub,
  type Tensor,
  zeros,
} from "@heed/tensor";
import { SlotOptimizer } from "../src/index.js";
import { Healthy, type Parameters } from "./broken-optimizers.js";

type State = ReadonlyMap<string, SafeTensor>;

export class FirstSixtyFour extends Healthy {
  protected override assign(parameter: Parameter, change: Tensor, name: string): void {
    if (parameter.size <= 64) {
      super.assign(parameter, change, name);
      return;
    }
    const first = slice(reshape(change, { shape: [parameter.size] }), { axis: 0, start: 0, end: 64 });
    const all = concat([first, zeros([parameter.size - 64], parameter.backend)], { axis: 0 });
    super.assign(parameter, reshape(all, { shape: [...parameter.shape] }), name);
  }
}

export class NoScalars extends Healthy {
  protected override move(name: string, parameter: Parameter, rate: number): void {
    if (parameter.shape.length > 0) super.move(name, parameter, rate);
  }
}

export class MatricesClimb extends Healthy {
  protected override direction(gradient: Tensor, parameter: Parameter): Tensor {
    return parameter.shape.length === 2 ? mul(gradient, -1) : gradient;
  }
}

const owners = new WeakMap<Parameter, object>();

export class StepsOfParameter extends Healthy {
  protected override assign(parameter: Parameter, change: Tensor, name: string): void {
    if (!owners.has(parameter)) owners.set(parameter, this);
    super.assign(parameter, owners.get(parameter) === this ? change : mul(change, 0.9), name);
  }
}

export class LiveState extends Healthy {
  #last: State = new Map();

  override async state(): Promise<Map<string, SafeTensor>> {
    const state = await super.state();
    for (const [key, { data }] of state) this.#last.get(key)?.data.set(data as never);
    this.#last = state;
    return state;
  }
}

export class PrefixState extends Healthy {
  override load(state: State): void {
    const keys = [...state.keys()];
    const found = new Map(state);
    for (const kind of ["step", "momentum"]) {
      for (const name of this.parameters.keys()) {
        const key = keys.find((each) => each.startsWith(`${kind}.${name}`));
        if (key !== undefined) found.set(`${kind}.${name}`, state.get(key)!);
      }
    }
    super.load(found);
  }
}

export class ExtraIgnored extends Healthy {
  override load(state: State): void {
    const known = [...this.parameters.keys()].flatMap((name) => [`step.${name}`, `momentum.${name}`]);
    super.load(known.every((key) => state.has(key)) ? new Map(known.map((key) => [key, state.get(key)!])) : state);
  }
}

export class LeaksOnRefusal extends Healthy {
  override load(state: State): void {
    const before = keep(zeros([3]));
    super.load(state);
    before.dispose();
  }
}

export class FirstRate extends Healthy {
  #rate: number | undefined;

  protected override update(rate: number): void {
    this.#rate ??= rate;
    super.update(this.#rate);
  }
}

export class MeanRate extends Healthy {
  #rate: number | undefined;

  protected override update(rate: number): void {
    this.#rate = ((this.#rate ?? rate) + rate) / 2;
    super.update(rate === 0 ? 0 : this.#rate);
  }
}

export class SmallRates extends Healthy {
  protected override update(rate: number): void {
    super.update(rate < 1e-3 ? 0 : rate);
  }
}

/** Chen and others 2023: the sign of a mean gradient, and decoupled weight decay. */
export class Lion extends SlotOptimizer {
  constructor(parameters: Parameters) {
    super("lion", parameters, ["exp_avg"]);
  }

  step(learningRate: number): void {
    scope(() => noGrad(() => this.#update(learningRate)));
  }

  #update(learningRate: number): void {
    for (const [name, parameter] of this.parameters) {
      if (!parameter.grad) continue;
      const slot = this.slots.get(name);
      const mean = slot?.tensors[0] ?? zeros(parameter.shape, parameter.backend);
      const direction = sign(add(mul(mean, 0.9), mul(parameter.grad, 0.1)));
      parameter.assign(sub(mul(parameter, 1 - 0.01 * learningRate), mul(direction, learningRate)));
      this.slots.set(name, (slot?.steps ?? 0) + 1, [add(mul(mean, 0.99), mul(parameter.grad, 0.01))]);
    }
  }
}
