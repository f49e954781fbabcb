import { HeedError } from "@heed/tensor";

/** A configuration with an unknown key, a wrong type, or a value out of range. */
export class ConfigError extends HeedError {
  override name = "ConfigError";
}
