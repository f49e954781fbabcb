/** The manifest of a packed package, as far as the checks read it. */
export interface PackedManifest {
  name: string;
  version: string;
  license?: string;
  type?: string;
  description?: string;
  engines?: { node?: string };
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

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
    else if (!/^(package\.json|README\.md|LICENSE|dist\/.+)$/.test(file)) {
      faults.push(`${file} must not ship: a tarball holds dist, README.md, LICENSE and package.json`);
    }
  }
  return faults;
}

/** What is wrong with the manifest inside a tarball. */
export function manifestFaults(manifest: PackedManifest): string[] {
  const faults: string[] = [];
  const must = (holds: boolean, what: string): void => {
    if (!holds) faults.push(`package.json: ${what}`);
  };
  must(manifest.license === "MIT", 'license must be "MIT"');
  must(manifest.type === "module", 'type must be "module"');
  must(Boolean(manifest.description), "a description is missing");
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
