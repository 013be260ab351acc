import { InferenceSession } from 'onnxruntime-node';

/**
 * Opens a session, without ONNX Runtime's telemetry unless `ORT_DISABLE_TELEMETRY` was set by whoever started the process: its builds
 * from 1.29 on send names and hashes of models to Microsoft, write an identifier of the machine and a database of events into the cache
 * of the user, and read the variable once, when the first session of a process is opened.
 */
export function createSession(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  return InferenceSession.create(model, options);
}
