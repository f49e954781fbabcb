/** Who may import whom, for dependency-cruiser: `depcruise --config tooling/imports/rules.config.mjs packages apps tooling`. */

/** The packages that each package may import. This is a table of allowed edges, not an order; ARCHITECTURE.md shows it. */
const allowedImports = {
  train: ["seq2seq", "attention", "nn", "tensor", "datasets", "tokenizers", "metrics", "core"],
  seq2seq: ["attention", "nn", "tensor", "core"],
  attention: ["nn", "tensor", "core"],
  nn: ["tensor", "core"],
  datasets: ["tokenizers", "core"],
  tokenizers: ["core"],
  metrics: ["core"],
  viz: ["core"],
  distributed: ["tensor", "core"],
  "backend-wasm": ["tensor", "core"],
  "backend-gpu": ["tensor", "core"],
  tensor: ["core"],
  core: [],
};

/** Tests run a package's code on the backends, and use the helpers in tooling/. */
const alsoFromTests = ["backend-wasm", "backend-gpu"];

/** Further packages that the tests of a package run it with. */
const usedInTests = { distributed: ["train", "seq2seq", "nn", "datasets"] };

/** Files that may import each other: operations that are each other's gradient. */
const allowedCycles = [
  "^packages/tensor/src/ops/(slice|pad)\\.op\\.ts$",
  "^packages/tensor/src/ops/(gather|scatter-add)\\.op\\.ts$",
  "^packages/tensor/src/ops/(expand|sum)\\.op\\.ts$",
  "^packages/tensor/src/ops/(sin|cos)\\.op\\.ts$",
];

/** Helpers of tests that no package contains; tests of other packages may use them. */
const testHelpers = "^packages/[^/]+/testing/";
const tests = `(\\.test\\.ts$|${testHelpers}|^apps/[^/]+/src/testing/)`;
const kits = "^packages/[^/]+/src/testing/";
/** Code of packages that only Node runs. */
const forNode = "^packages/[^/]+/src/node(\\.ts$|/)";
const scripts = "^packages/[^/]+/(scripts/|tsup\\.config\\.ts$)";

const folderOf = (names) => `^packages/(${names.join("|")})/`;

/** One rule for a package's sources, and one for its tests. */
function edges([name, allowed]) {
  const may = allowed.length > 0 ? allowed.map((each) => `@heed/${each}`).join(", ") : "no package of heed";
  return [
    {
      name: `${name}-imports`,
      comment: `${name} may import ${may}. The table is in tooling/imports/rules.config.mjs.`,
      severity: "error",
      from: { path: `^packages/${name}/`, pathNot: [tests, scripts] },
      to: { path: "^(packages|apps|tooling)/", pathNot: folderOf([name, ...allowed]) },
    },
    {
      name: `${name}-tests-import`,
      comment: `Tests of ${name} may import ${may}, the backends, tooling, and the row of usedInTests.`,
      severity: "error",
      from: { path: `^packages/${name}/.*${tests}` },
      to: {
        path: "^(packages|apps)/",
        pathNot: folderOf([name, ...allowed, ...alsoFromTests, ...(usedInTests[name] ?? [])]),
      },
    },
  ];
}

/** A cycle inside one of `groups` is allowed, one that leaves it is not. */
function noCycles(groups) {
  const rule = {
    name: "no-cycles",
    comment: "Move what both files need into a third file.",
    severity: "error",
  };
  return [
    { ...rule, from: { pathNot: groups }, to: { circular: true } },
    ...groups.map((group) => ({ ...rule, from: { path: group }, to: { circular: true, via: { pathNot: group } } })),
  ];
}

export default {
  forbidden: [
    ...Object.entries(allowedImports).flatMap(edges),
    {
      name: "known-package",
      comment: "Add the package to the table in tooling/imports/rules.config.mjs.",
      severity: "error",
      from: { path: "^packages/", pathNot: folderOf(Object.keys(allowedImports)) },
      to: {},
    },
    {
      name: "by-name",
      comment: "A relative import stays inside its package. Import other packages by name.",
      severity: "error",
      from: { path: "^((?:packages|apps)/[^/]+)/" },
      to: { path: "^(packages|apps|tooling)/", pathNot: ["^$1/", testHelpers], dependencyTypes: ["local"] },
    },
    {
      name: "not-itself-by-name",
      comment: "A package imports its own files by relative path.",
      severity: "error",
      from: { path: "^(packages/[^/]+)/" },
      to: { path: "^$1/", dependencyTypesNot: ["local"] },
    },
    {
      name: "kits-in-tests",
      comment: "A testing kit is for tests and for other kits. Move what sources need out of src/testing.",
      severity: "error",
      from: { path: "^(packages|apps)/", pathNot: [tests, kits, scripts] },
      to: { path: `(${kits}|^apps/[^/]+/src/testing/)` },
    },
    {
      name: "node-modules-of-node",
      comment: "A browser cannot load it. Move this to src/node/, which the entry src/node.ts exports.",
      severity: "error",
      from: { path: "^packages/", pathNot: [tests, forNode, scripts] },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "node-entry",
      comment: "The entry /node is for Node. Only src/node.ts, src/node/, tests and apps may import it.",
      severity: "error",
      from: { path: "^packages/", pathNot: [tests, forNode] },
      to: { path: forNode },
    },
    {
      name: "resolvable",
      comment: "No such file or entry. The entries of a package are the `exports` of its package.json.",
      severity: "error",
      // Libraries for comparison are installed when the benchmark runs.
      from: { pathNot: "^apps/bench/peers/" },
      to: { couldNotResolve: true },
    },
    {
      name: "sources-not-dist",
      comment: "Import the entry of the package: the checks follow its source.",
      severity: "error",
      // Peers of the benchmark are programs of their own.
      from: { pathNot: "^apps/bench/peers/" },
      to: { path: "^(packages|apps)/[^/]+/dist/" },
    },
    {
      name: "shipped-dependencies",
      comment: "Sources may use only `dependencies`, `peerDependencies`, and what the build puts into the package.",
      severity: "error",
      from: { path: "^(packages|apps)/[^/]+/src/", pathNot: tests },
      // An optional peer dependency is a development dependency as well: tests need it.
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], pathNot: "/(gpu\\.js|koffi)/" },
    },
    ...noCycles(allowedCycles),
  ],
  options: {
    doNotFollow: { path: "(^|/)(node_modules|dist)/" },
    exclude: { path: "^packages/backend-wasm/assembly/" },
    tsPreCompilationDeps: true,
    webpackConfig: { fileName: "tooling/imports/resolve.config.mjs" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      extensions: [".ts", ".mjs", ".js", ".d.ts"],
    },
  },
};
