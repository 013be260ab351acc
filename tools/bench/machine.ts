import { availableParallelism, cpus, totalmem } from 'node:os';
import { onnxruntime } from '@profit-sft/backend-onnxruntime';

/** What a figure depends on beside the code. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly runtime: string;
}

export async function thisMachine(): Promise<Machine> {
  const [health] = (await onnxruntime.diagnose?.()) ?? [];
  return {
    processor: cpus()[0].model,
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    runtime: health?.detail ?? 'unknown',
  };
}

export function machineText({ processor, cores, memoryGiB, system, node, runtime }: Machine): string {
  return `${cores} cores of ${processor}, ${memoryGiB} GiB, ${system}, Node ${node}, ${runtime}`;
}
