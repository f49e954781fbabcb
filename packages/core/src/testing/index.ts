export { type Check, CheckError } from "./check.js";
export { expectCaught, failuresOf, type PlantedFault } from "./planted-fault.js";
