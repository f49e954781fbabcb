/** The manifest of a packed package, as far as the checks read it. */
export interface PackedManifest {
  name: string;
  version: string;
  license?: string;
  type?: string;
  description?: string;
  keywords?: readonly string[];
  author?: string;
  homepage?: string;
  bugs?: { url?: string };
  repository?: { type?: string; url?: string; directory?: string };
  engines?: { node?: string };
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const home = "https://github.com/heed-attention/heed";

/** What is wrong with the files of a tarball; paths count from the package folder. */
export function contentFaults(files: readonly string[]): string[] {
  const faults: string[] = [];
  for (const needed of ["package.json", "README.md", "LICENSE", "dist/"]) {
    if (!files.some((file) => file === needed || (needed.endsWith("/") && file.startsWith(needed)))) {
      faults.push(`${needed} is missing from the tarball`);
    }
  }
  for (const file of files) {
    if (/(^|\/)fixtures\/|\.(test|spec)\./.test(file)) faults.push(`${file} is for tests and must not ship`);
    else if (file.endsWith(".map")) faults.push(`${file} must not ship: a source map repeats the sources`);
    else if (!/^(package\.json|README\.md|LICENSE|dist\/.+)$/.test(file)) {
      faults.push(`${file} must not ship: a tarball holds dist, README.md, LICENSE and package.json`);
    }
  }
  return faults;
}

/** What is wrong with the manifest inside a tarball of the package in `folder`, which counts from the root. */
export function manifestFaults(manifest: PackedManifest, folder: string): string[] {
  const faults: string[] = [];
  const must = (holds: boolean, what: string): void => {
    if (!holds) faults.push(`package.json: ${what}`);
  };
  must(manifest.license === "MIT", 'license must be "MIT"');
  must(manifest.type === "module", 'type must be "module"');
  must(Boolean(manifest.description), "a description is missing");
  must((manifest.keywords?.length ?? 0) >= 3, "fewer than three keywords");
  must(Boolean(manifest.author), "an author is missing");
  must(manifest.homepage === `${home}/tree/main/${folder}#readme`, `homepage must be the README of ${folder}`);
  must(manifest.bugs?.url === `${home}/issues`, `bugs.url must be "${home}/issues"`);
  const { type, url, directory } = manifest.repository ?? {};
  must(
    type === "git" && url === `git+${home}.git` && directory === folder,
    `repository must be git, "git+${home}.git", with the directory "${folder}"`,
  );
  must(manifest.engines?.node === ">=20.19", 'engines.node must be ">=20.19"');
  const { dependencies, peerDependencies, optionalDependencies } = manifest;
  for (const [name, range] of Object.entries({ ...dependencies, ...peerDependencies, ...optionalDependencies })) {
    must(!/^(workspace|link|file|catalog):/.test(range), `${name} is at "${range}", which only this workspace knows`);
  }
  for (const hook of ["preinstall", "install", "postinstall"]) {
    must(!manifest.scripts?.[hook], `a ${hook} script runs on the user's machine: remove it`);
  }
  return faults;
}
