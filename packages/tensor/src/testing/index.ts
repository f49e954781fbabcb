import "../tensor-methods.js";

export { type Check, CheckError } from "@heed/core/testing";
export { type BackendChecksOptions, backendChecks } from "./backend-checks.js";
export { checkDirections } from "./check-directions.js";
export { checkGradients, type GradientCheckOptions } from "./check-gradients.js";
export { assertClose, type HostTensor, host, toHost } from "./compare.js";
export { type MeasuredError, measureNumerics } from "./measure-numerics.js";
export { boundOn, boundText, numericsChecks } from "./numerics-checks.js";
export { isElementwise, type NumericsRow } from "./numerics-rows.js";
export { numericsRows } from "./numerics-table.js";
export { opChecks } from "./op-checks.js";
