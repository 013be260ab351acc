/**
 * A process that runs one model. What ends a run is its parent's decision: a terminal and a batch system send their signals to
 * every process of a group, and the parent may first finish its step and write a checkpoint. Once the parent is gone,
 * however it ended, this process has nothing left to do.
 */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());

// Only now, since loading takes its time.
const { serveModel } = await import('./serve-model.js');
serveModel();
