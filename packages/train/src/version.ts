/** The version of heed: that of this package and of all others. */
export const version = "0.1.0";
