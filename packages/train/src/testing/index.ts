export { fileSystemChecks } from "./file-system-checks.js";
