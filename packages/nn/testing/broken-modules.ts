import { Random } from "@heed/core";
import { add, detach, keep, mul, type Parameter, sub, type Tensor, tensor, transpose, zeros } from "@heed/tensor";
import { Dropout, Linear, Module, parameterFrom, uniform } from "../src/index.js";

/** A linear layer from 3 to 2 features, in which faults are planted. */
export class Healthy extends Module {
  readonly layer: Linear;

  constructor(random: Random) {
    super();
    this.layer = new Linear({ inFeatures: 3, outFeatures: 2, random });
  }

  forward(x: Tensor): Tensor {
    return this.layer.forward(x); // [b, 3] -> [b, 2]
  }
}

const vector = (random: Random, size = 2): Parameter => parameterFrom(uniform([size], random, { low: 1, high: 2 }));

/** A module whose output is changed by a function. */
export const changed = (change: (y: Tensor, x: Tensor, module: Healthy) => Tensor) =>
  class extends Healthy {
    override forward(x: Tensor): Tensor {
      return change(super.forward(x), x, this);
    }
  };

export class HiddenParameter extends Healthy {
  readonly #scale: Parameter;
  constructor(random: Random) {
    super(random);
    this.#scale = vector(random);
  }
  override forward(x: Tensor): Tensor {
    return mul(super.forward(x), this.#scale);
  }
}

export class PlainTensor extends Healthy {
  readonly scale = keep(tensor([2, 3]));
  override forward(x: Tensor): Tensor {
    return mul(super.forward(x), this.scale);
  }
}

export class RenamedEachTime extends Healthy {
  static built = 0;
  constructor(random: Random) {
    super(random);
    Object.assign(this, { [`scale${RenamedEachTime.built++}`]: vector(random) });
  }
}

export class OwnRandomness extends Healthy {
  constructor(random: Random) {
    super(random);
    this.layer.bias!.assign(tensor([Math.random(), Math.random()]));
  }
}

export class SeedIgnored extends Healthy {
  constructor(random: Random) {
    super(new Random(1));
    random.uniform();
  }
}

export class Forgotten extends Healthy {
  readonly scale: Parameter;
  constructor(random: Random) {
    super(random);
    this.scale = vector(random);
  }
}

export class Detached extends Forgotten {
  override forward(x: Tensor): Tensor {
    return mul(super.forward(x), detach(this.scale));
  }
}

/** 2y − stop(y): the value of y, with twice its gradient. */
export const doubled = (y: Tensor): Tensor => sub(mul(y, 2), detach(y));

/** Dropout, in a field where `eval()` does not find it. */
export class DropoutInEvaluation extends Healthy {
  readonly #dropout: Dropout;
  constructor(random: Random) {
    super(random);
    this.#dropout = new Dropout({ probability: 0.5, random });
  }
  override forward(x: Tensor): Tensor {
    return this.#dropout.forward(super.forward(x));
  }
}

export class DrawsInEvaluation extends Healthy {
  readonly #random: Random;
  constructor(random: Random) {
    super(random);
    this.#random = random;
  }
  override forward(x: Tensor): Tensor {
    this.#random.uniform();
    return super.forward(x);
  }
}

export class OwnGenerator extends Healthy {
  readonly dropout = new Dropout({ probability: 0.5, random: new Random(1) });
  override forward(x: Tensor): Tensor {
    return this.dropout.forward(super.forward(x));
  }
}

export class SwitchInTraining extends Healthy {
  override forward(x: Tensor): Tensor {
    return this.training ? mul(super.forward(x), 2) : super.forward(x);
  }
}

export class RunningMean extends Healthy {
  #mean: number[] | null = null;
  override forward(x: Tensor): Tensor {
    const y = super.forward(x);
    this.#mean ??= [x.shape[0]!, 1];
    return add(y, tensor(this.#mean));
  }
}

export class CountsCalls extends Healthy {
  #calls = 0;
  override forward(x: Tensor): Tensor {
    return add(super.forward(x), this.#calls++ * 1e-3);
  }
}

export class StaleTranspose extends Healthy {
  #transposed: Tensor | null = null;
  override forward(x: Tensor): Tensor {
    this.#transposed ??= keep(detach(transpose(this.layer.weight)));
    // The value is that of the cached weight, and the gradient that of the layer.
    const y = super.forward(x);
    return add(y, sub(x.matmul(this.#transposed), detach(sub(y, this.layer.bias!))));
  }
  override dispose(): void {
    this.#transposed?.dispose();
    super.dispose();
  }
}

/** Computes the scale once; when that happens without gradients, later calls have none either. */
export class CachedWithoutGraph extends Forgotten {
  #squared: Tensor | null = null;
  override forward(x: Tensor): Tensor {
    const fresh = mul(this.scale, this.scale);
    if (fresh.node !== null && this.#squared === null) return mul(super.forward(x), fresh);
    this.#squared ??= keep(fresh);
    return mul(super.forward(x), this.#squared);
  }
  override dispose(): void {
    this.#squared?.dispose();
    super.dispose();
  }
}

export class OtherBackend extends Healthy {
  override forward(x: Tensor): Tensor {
    return add(super.forward(x), zeros([2]));
  }
}

export class WritesParameters extends Healthy {
  override forward(x: Tensor): Tensor {
    const y = super.forward(x);
    this.layer.bias!.assign(mul(detach(this.layer.bias!), 0.5));
    return y;
  }
}

export class ForgetsOnDispose extends Healthy {
  readonly #table = keep(tensor([1, 2]));
  override forward(x: Tensor): Tensor {
    return mul(super.forward(x), this.#table);
  }
}

export class DisposesNothing extends Healthy {
  override dispose(): void {}
}

export class SavesPart extends Healthy {
  override async stateDict(): ReturnType<Module["stateDict"]> {
    const state = await super.stateDict();
    state.delete("layer.bias");
    return state;
  }
}

export class LoadsPart extends Healthy {
  override loadStateDict(...[state]: Parameters<Module["loadStateDict"]>): ReturnType<Module["loadStateDict"]> {
    return super.loadStateDict(new Map([...state].filter(([name]) => name !== "layer.bias")), { strict: false });
  }
}

export class KeepsGradients extends Healthy {
  override zeroGrad(): void {
    this.layer.weight.zeroGrad();
  }
}

/** Dropout after the layer, as it should be. */
export class WithDropout extends Healthy {
  readonly dropout: Dropout;
  constructor(random: Random) {
    super(random);
    this.dropout = new Dropout({ probability: 0.5, random });
  }
  override forward(x: Tensor): Tensor {
    return this.dropout.forward(super.forward(x));
  }
}

export class LoadsBeforeRefusal extends Healthy {
  override loadStateDict(
    ...[state, options]: Parameters<Module["loadStateDict"]>
  ): ReturnType<Module["loadStateDict"]> {
    for (const [name, parameter] of this.parameters()) {
      const saved = state.get(name);
      if (saved) parameter.assign(tensor(saved.data as Float64Array, { shape: parameter.shape }));
    }
    return super.loadStateDict(state, options);
  }
}

export class ReturnsNothing extends Healthy {
  override train(on = true): this {
    super.train(on);
    return undefined as unknown as this;
  }
}
