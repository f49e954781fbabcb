import { packageBuild } from "@heed/tooling/tsup";

/** gpu.js goes into the package: installed beside it, it would bring 84 MB of binaries and a module that compiles. */
export default packageBuild({ noExternal: [/^gpu\.js/] });
