/** The command `profit`, for processes in which faults happen. */
import { builtinRegistry, processTerminal, runProfit } from '@profit-sft/cli';

process.exitCode = await runProfit(process.argv.slice(2), processTerminal(), builtinRegistry);
