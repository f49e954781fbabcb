import { attention, cpu, Draw, Parameter, scope, sum, use } from "@heed/tensor";

/** What the page computes that a bundler builds: the sum of an attention's context, and its gradient, on the reference. */
export async function expected(): Promise<number[]> {
  await use(cpu());
  const draw = new Draw(1);
  const query = new Parameter(draw.randn(2, 3, 4));
  const keys = draw.randn(2, 5, 4);
  const total = scope(() => {
    const [context] = attention(query, keys, keys, null);
    const value = sum(context);
    value.backward();
    return value;
  });
  return [await total.item(), ...((await query.grad!.data()) as Float32Array)];
}
