/** Connecting processes in Node: `connect`, and `trainCollective` for training. Everything else is in `@heed/distributed`. */
export { type ConnectOptions, connect } from "./node/connect.js";
export { PeerError, type TrainCollective, trainCollective } from "./node/train-collective.js";
