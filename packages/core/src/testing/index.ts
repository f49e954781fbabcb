export { type Check, CheckError } from "./check.js";
export { assertSame, assertThrows, checksOf } from "./checks-of.js";
export { expectCaught, failuresOf, type PlantedFault } from "./planted-fault.js";
export { withOtherGlobals } from "./with-other-globals.js";
