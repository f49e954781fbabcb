/** Constants of an MPI library: those that its `mpi.h` defines. Handles are numbers or addresses. */
export interface MpiHandles {
  readonly world: number | bigint;
  readonly float: number | bigint;
  readonly double: number | bigint;
  readonly int: number | bigint;
  readonly byte: number | bigint;
  readonly sum: number | bigint;
  readonly max: number | bigint;
  readonly noInfo: number | bigint;
  readonly errorsReturn: number | bigint;
  readonly inPlace: number;
  readonly funneled: number;
  /** The type of communicator whose processes share memory. */
  readonly shared: number;
}

/** The standard ABI of MPI 5 (`mpi_abi.h`), for any library that has it. */
export const standardHandles: MpiHandles = {
  world: 0x101,
  float: 0x210,
  double: 0x214,
  int: 0x209,
  byte: 0x247,
  sum: 0x21,
  max: 0x23,
  noInfo: 0x130,
  errorsReturn: 0x143,
  inPlace: 1,
  funneled: 1024,
  shared: 221,
};

/** MPICH 3 to 5, and the libraries with its ABI: Intel MPI, Cray MPICH, MVAPICH. */
export const mpichHandles: MpiHandles = {
  world: 0x44000000,
  float: 0x4c00040a,
  double: 0x4c00080b,
  int: 0x4c000405,
  byte: 0x4c00010d,
  sum: 0x58000003,
  max: 0x58000001,
  noInfo: 0x1c000000,
  errorsReturn: 0x54000001,
  inPlace: -1,
  funneled: 1,
  shared: 1,
};

/** Open MPI: handles are the addresses of symbols. */
export function openMpiHandles(addressOf: (symbol: string) => bigint): MpiHandles {
  return {
    world: addressOf("ompi_mpi_comm_world"),
    float: addressOf("ompi_mpi_float"),
    double: addressOf("ompi_mpi_double"),
    int: addressOf("ompi_mpi_int"),
    byte: addressOf("ompi_mpi_byte"),
    sum: addressOf("ompi_mpi_op_sum"),
    max: addressOf("ompi_mpi_op_max"),
    noInfo: addressOf("ompi_mpi_info_null"),
    errorsReturn: addressOf("ompi_mpi_errors_return"),
    inPlace: 1,
    funneled: 1,
    shared: 0,
  };
}
