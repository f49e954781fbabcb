export { fileSystemChecks } from "./file-system-checks.js";
export { recipeChecks } from "./recipe-checks.js";
export type { RecipeChecksOptions } from "./recipe-trial.js";
