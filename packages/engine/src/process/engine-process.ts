import type { OpenModel } from './model-handlers.js';

/**
 * A process that runs one model, which the module of its first argument opens: a URL, and `openModel` its export. What ends a run is its parent's decision: a terminal and a batch system send their signals to
 * every process of a group, and the parent may first finish its step and write a checkpoint. Once the parent is gone,
 * however it ended, this process has nothing left to do.
 */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());

// Only now, since loading takes its time.
const [{ serveModel }, { openModel }] = await Promise.all([
  import('./serve-model.js'),
  import(process.argv[2]) as Promise<{ readonly openModel: OpenModel }>,
]);
serveModel(openModel);
