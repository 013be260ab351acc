import { runProfit } from './command-line/run-profit.js';
import { processTerminal } from './terminal/terminal.js';

// `profit list | head` closes the pipe early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runProfit(process.argv.slice(2), processTerminal());
