import type { Tensor } from 'onnxruntime-node';
import { describeHostRuntime, describeRuntime } from '@profit-sft/testing';
import { HostRuntime } from './runtime/host-runtime.js';
import { prepareWebgpu } from './testing/software-driver.js';
import { GpuRuntime } from './webgpu/gpu-runtime.js';

const probe = await prepareWebgpu();

describeHostRuntime({
  name: 'onnxruntime cpu',
  open: () => new HostRuntime({ threads: 1 }),
  read: ({ data }: Tensor) => data as Float32Array,
});

describeRuntime(
  {
    name: 'onnxruntime webgpu',
    open: () => new GpuRuntime(),
    liveValues: ({ memory }) => memory.liveBuffers,
  },
  { skip: probe.works ? undefined : `WebGPU does not start here: ${probe.reason}` },
);
