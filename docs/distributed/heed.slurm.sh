#!/bin/bash
# Trains one model in 8 processes on 2 machines, with the MPI of the cluster: sbatch heed.slurm.sh
# Slurm sends SIGTERM two minutes before the time limit: heed saves the run after the current step. Submit the same file
# again to resume it.
#SBATCH --job-name=heed
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=4
#SBATCH --cpus-per-task=4
#SBATCH --time=08:00:00
#SBATCH --signal=TERM@120
#SBATCH --output=heed-%j.log
set -euo pipefail

module load openmpi 2>/dev/null || true

config="${1:-config.yaml}"
out="${2:-runs/slurm}"
arguments=("$config" --out "$out")
if [ -f "$out/state.json" ]; then arguments=(--out "$out" --resume); fi

# `srun --mpi=list` names the other interfaces of this cluster.
srun --mpi=pmix --cpu-bind=cores npx heed train "${arguments[@]}" --threads "$SLURM_CPUS_PER_TASK"
