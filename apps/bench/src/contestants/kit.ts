/** What an adapter needs that may run in a page as well. */
export { values } from "../values.js";
export { type Adapter, type Description, type Prepared, Unsupported } from "./contestant.js";
