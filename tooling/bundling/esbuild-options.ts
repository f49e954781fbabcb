/** How esbuild bundles for browsers here. */
export const esbuildOptions = {
  // Otherwise the paths in the tsconfig.json of a package lead to its sources.
  tsconfigRaw: {},
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  platform: "browser",
  target: "es2023",
  outdir: "out",
  write: false,
  metafile: true,
  logLevel: "silent",
} as const;
