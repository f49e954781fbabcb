import { cpu, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { ownRecipe, tinyConfig } from "../testing/tiny.js";
import { train } from "./train.js";

beforeEach(() => use(cpu()));

test("each step and micro-batch draws its own random numbers, the same in each run", async () => {
  const draws = async (): Promise<number[]> => {
    const drawn: number[] = [];
    const mine = ownRecipe((model) => {
      const loss = model.loss.bind(model);
      model.loss = (batch, lossOptions) => {
        const { random } = lossOptions!;
        const state = random!.state();
        drawn.push(random!.uniform());
        random!.restore(state);
        return loss(batch, lossOptions);
      };
    });
    const config = tinyConfig({ epochs: 1, accumulate: 2 }, { recipe: "mine" }, [mine]);
    (await train({ config, plugins: [mine] })).model.dispose();
    return drawn;
  };
  const drawn = await draws();
  expect(drawn).toHaveLength(5);
  expect(new Set(drawn).size).toBe(5);
  expect(await draws()).toEqual(drawn);
});
