/** Connecting processes in Node: `connect`. Everything else is in `@heed/distributed`. */
export { type ConnectOptions, connect } from "./node/connect.js";
