import { spawnSync } from 'node:child_process';
import { allocatorEnvironment } from '@profit-sft/engine';

/** Runs this command again with the allocator's settings of the engine's own process, which malloc reads at a process's start; then ends. */
export function restartWithAllocator(): void {
  const environment = allocatorEnvironment();
  if (Object.keys(environment).every((name) => name in process.env)) return;
  const args = [...process.execArgv, ...process.argv.slice(1)];
  const { status } = spawnSync(process.execPath, args, { env: environment, stdio: 'inherit' });
  process.exit(status ?? 1);
}
