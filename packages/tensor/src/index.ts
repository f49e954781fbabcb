import "./tensor-methods.js";
import "./tensor-text.js";

export type {
  Backend,
  BackendMemory,
  BackendReport,
  BinaryKernel,
  ComparisonKernel,
  DeviceBuffer,
  ErrorBound,
  FusedImplementation,
  FusedKernel,
  FusedResult,
  FusedVjpContext,
  LogicKernel,
  Numerics,
  Operand,
  Primitives,
  ReduceKernel,
  UnaryKernel,
} from "./backend.js";
export * from "./backends/index.js";
export { type BackwardOptions, backward, valueAndGrad } from "./backward.js";
export { type CompositeDefinition, composite } from "./composite.js";
export { type ConstructOptions, construct, reserveElements } from "./construct.js";
export { type CpuOptions, cpu } from "./cpu/cpu.js";
export { arange, full, type NestedArray, ones, randomNormal, randomUniform, tensor, zeros } from "./create.js";
export { currentBackend, memory, use } from "./current-backend.js";
export { type BackendDefinition, type BackendExtension, defineBackend } from "./define-backend.js";
export { detach } from "./detach.js";
export { Draw } from "./draw.js";
export { bytesPerElement, type DType, type TensorData } from "./dtype.js";
export { BackendError, DTypeError, GradientError, IndexError, LifetimeError, ShapeError } from "./errors.js";
export { eye } from "./eye.js";
export { areFinite, findNonFinite, type NonFiniteSource } from "./find-non-finite.js";
export { fuse, type OperandsOf } from "./fuse.js";
export { isRecording, noGrad } from "./graph.js";
export { integerPower } from "./integer-power.js";
export { type Legend, matchLegend, parseLegend } from "./legend.js";
export type { AnyOp, Op, OpDescription, OpInputs, OpOutputs, Resolved, Sample } from "./op.js";
export { isComparison, joinAxes, maskFits, matrixStarts, rowsOf } from "./operand.js";
export * from "./ops/index.js";
export { isParameter, Parameter } from "./parameter.js";
export { type PrimitiveDefinition, primitive, type TensorSpec, type VjpContext } from "./primitive.js";
export { assertLengths } from "./recurrence.js";
export { decodeSafetensors, type SafetensorsFile } from "./safetensors/decode-safetensors.js";
export { encodeSafetensors } from "./safetensors/encode-safetensors.js";
export { type SafeDType, type SafeTensor, SafetensorsError } from "./safetensors/safe-tensor.js";
export { disposeAll, keep, scope } from "./scope.js";
export type { AxisIndex } from "./select-axes.js";
export { broadcastShapes, broadcastStrides, formatShape, type Shape, sameShape, sizeOf, stridesOf } from "./shape.js";
export { assertTensor, isTensor, Tensor } from "./tensor.js";
export { type Tree, treeLeaves, treeMap } from "./tree.js";
export { treeTake } from "./tree-take.js";
