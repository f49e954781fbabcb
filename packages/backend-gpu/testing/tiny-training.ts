import {
  adamStep,
  add,
  attention,
  Draw,
  dropout,
  embedding,
  gru,
  keep,
  layerNorm,
  linear,
  lstm,
  mul,
  noGrad,
  Parameter,
  scope,
  softmaxCrossEntropy,
  type Tensor,
  zeros,
} from "@heed/tensor";

const [vocabulary, width] = [12, 8] as const;

/** A parameter that is the only owner of its value. */
export function parameterOf(value: Tensor): Parameter {
  const parameter = new Parameter(value);
  value.dispose();
  return parameter;
}

/** A model with a bit of everything, trained by Adam to predict random tokens; all on the backend in use. */
export class TinyTraining {
  readonly #draw = new Draw(3);
  readonly #parameters: Record<string, Parameter>;
  readonly #moments = new Map<string, readonly [Tensor, Tensor]>();
  #step = 0;

  constructor() {
    const made = (...shape: number[]): Parameter => parameterOf(scope(() => mul(this.#draw.randn(...shape), 0.3)));
    this.#parameters = {
      table: made(vocabulary, width),
      scale: made(width),
      shift: made(width),
      ...{ gruIh: made(3 * width, width), gruHh: made(3 * width, width), gruBias: made(3 * width) },
      ...{ lstmIh: made(4 * width, width), lstmHh: made(4 * width, width), lstmBias: made(4 * width) },
      ...{ outWeight: made(vocabulary, width), outBias: made(vocabulary) },
    };
  }

  /** One step on `b` sequences of `t` tokens: two uploads go in, the loss comes out. */
  async step(b: number, t: number): Promise<number> {
    const loss = scope(() => {
      const ids = this.#draw.ids(vocabulary, b, t);
      const lengths = this.#draw.lengths(t, b);
      const p = this.#parameters;
      const none = zeros([b, width]);
      const x = layerNorm(embedding(p.table!, ids, { paddingIndex: 0 }), p.scale!, p.shift!);
      const [forward] = gru(x, none, p.gruIh!, p.gruHh!, p.gruBias!, p.gruBias!, lengths);
      const [backward] = lstm(x, none, none, p.lstmIh!, p.lstmHh!, p.lstmBias!, null, lengths, { reverse: true });
      const both = dropout(add(forward, backward), { probability: 0.1, seed: this.#step });
      const [context] = attention(both, both, both, null);
      const logits = linear(add(context, both), p.outWeight!, p.outBias!);
      const value = softmaxCrossEntropy(logits, ids, { ignoreIndex: 0, labelSmoothing: 0.1 });
      value.backward();
      this.#update();
      return value;
    });
    const value = await loss.item();
    loss.dispose();
    return value;
  }

  dispose(): void {
    for (const parameter of Object.values(this.#parameters)) parameter.dispose();
    for (const moments of this.#moments.values()) for (const moment of moments) moment.dispose();
  }

  #update(): void {
    this.#step++;
    noGrad(() => {
      for (const [name, parameter] of Object.entries(this.#parameters)) {
        const before = this.#moments.get(name) ?? [zeros(parameter.shape), zeros(parameter.shape)];
        const [next, ...moments] = adamStep(parameter, parameter.grad!, before[0], before[1], {
          ...{ learningRate: 1e-2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: this.#step },
        });
        parameter.assign(next);
        parameter.zeroGrad();
        for (const moment of this.#moments.get(name) ?? []) moment.dispose();
        this.#moments.set(name, keep(moments));
      }
    });
  }
}
