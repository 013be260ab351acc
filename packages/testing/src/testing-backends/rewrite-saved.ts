import { join } from 'node:path';
import { openSafetensors, writeSafetensors, type TensorToWrite } from '@profit-sft/models';

/** Changes the numbers of a safetensors file of F32 or F64, tensor by tensor. */
export async function rewriteTensors(
  directory: string,
  fileName: string,
  change: (name: string, value: number) => number,
): Promise<void> {
  const path = join(directory, fileName);
  const file = await openSafetensors(path);
  const tensors: TensorToWrite[] = [];
  for (const [name, { shape, dtype }] of file.tensors) {
    const data = (await file.readFloat64(name)).map((value) => change(name, value));
    tensors.push(
      dtype === 'F64' ? { name, shape, dtype, data } : { name, shape, dtype: 'F32', data: Float32Array.from(data) },
    );
  }
  await file.close();
  await writeSafetensors(path, tensors);
}
