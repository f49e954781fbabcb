// jax-js on its wasm backend as a contestant: `node jax-js.mjs`.
import { readFileSync } from "node:fs";
import { serve } from "../dist/serve.js";
import { jaxAdapter } from "./jax-js/adapter.mjs";

await serve(async () => {
  const jax = await import("@jax-js/jax");
  const devices = await jax.init("wasm");
  if (!devices.includes("wasm")) throw new Error("jax-js could not start its wasm backend");
  jax.defaultDevice("wasm");
  const { version } = JSON.parse(
    readFileSync(new URL("node_modules/@jax-js/jax/package.json", import.meta.url), "utf8"),
  );
  const description = { versions: { "@jax-js/jax": version }, details: { backend: "wasm" } };
  return jaxAdapter(jax, description);
});
