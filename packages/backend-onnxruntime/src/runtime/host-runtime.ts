import type { Tensor } from 'onnxruntime-node';
import type { Program } from '@profit-sft/graph';
import { FloatBuffer } from '../engine/float-buffer.js';
import { compileProgram, floatTensor, onnxTensor, type Executable, type OnnxRuntimeOptions } from './onnx-runtime.js';
import type { HostTensor, Runtime } from '@profit-sft/engine';

/** ONNX Runtime's CPU provider: values are arrays of this process, and programs write into the memory they are given. */
export class HostRuntime implements Runtime<Tensor> {
  constructor(private readonly options: OnnxRuntimeOptions) {}

  compile(program: Program): Promise<Executable> {
    return compileProgram(program, this.options);
  }

  buffer(): FloatBuffer {
    return new FloatBuffer();
  }

  place(tensor: HostTensor): Tensor {
    return onnxTensor(tensor);
  }

  rows(matrix: Tensor, indices: Int32Array): Promise<Tensor> {
    const width = matrix.dims[1];
    const from = matrix.data as Float32Array;
    const to = new Float32Array(indices.length * width);
    indices.forEach((index, row) => to.set(from.subarray(index * width, (index + 1) * width), row * width));
    return Promise.resolve(floatTensor(to, [indices.length, width]));
  }

  free(): void {
    // The garbage collector's work.
  }
}
