/** The backends of TensorFlow.js, the fastest first. */
export const runtimeNames = ['node-gpu', 'node', 'webgpu', 'wasm', 'cpu'] as const;

export type RuntimeName = (typeof runtimeNames)[number];

/** The command that installs what a runtime needs; none for those that come with this package. */
export const installCommands: Readonly<Partial<Record<RuntimeName, string>>> = {
  'node-gpu': 'npm install @tensorflow/tfjs-node-gpu@4.22.0',
  node: 'npm install @tensorflow/tfjs-node@4.22.0',
  webgpu: 'npm install @tensorflow/tfjs-backend-webgpu@4.22.0 webgpu',
};
