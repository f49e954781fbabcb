import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";

const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../../../docs/distributed/${name}`, import.meta.url));

interface Container {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
}

interface MpiJob {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly slotsPerWorker: number;
    readonly mpiReplicaSpecs: Readonly<
      Record<
        "Launcher" | "Worker",
        {
          readonly replicas: number;
          readonly template: { readonly spec: { readonly containers: readonly Container[] } };
        }
      >
    >;
  };
}

test("the file for Slurm is a valid script, and starts all tasks", () => {
  const file = fileOf("heed.slurm.sh");
  execFileSync("bash", ["-n", file]);
  const text = readFileSync(file, "utf8");
  expect(text.match(/^#SBATCH --\w[\w-]*=\S+$/gm)).toHaveLength(text.match(/^#SBATCH/gm)!.length);
  expect(text).toMatch(/^srun .* heed train /m);
});

test("the file for Kubernetes is a valid MPIJob, which starts a process on each slot", () => {
  const job = parse(readFileSync(fileOf("heed.mpijob.yaml"), "utf8")) as MpiJob;
  expect(job).toMatchObject({ apiVersion: "kubeflow.org/v2beta1", kind: "MPIJob" });
  const { Launcher, Worker } = job.spec.mpiReplicaSpecs;
  const [launcher] = Launcher.template.spec.containers;
  expect(launcher?.image).toBe(Worker.template.spec.containers[0]?.image);
  const script = launcher?.args?.[0] ?? "";
  execFileSync("sh", ["-n", "-c", script]);
  expect(Number(/ -n (\d+) /.exec(script)?.[1])).toBe(Worker.replicas * job.spec.slotsPerWorker);
});
