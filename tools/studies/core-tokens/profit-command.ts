import { builtinRegistry, runProfit, type TerminalStream } from '@profit-sft/cli';
import type { Registry } from '@profit-sft/core';

/** Runs `profit` in this process without showing what it prints; its errors end the study. */
export async function profitCommand(args: readonly string[]): Promise<void> {
  let complaints = '';
  const stream = (write: (text: string) => void): TerminalStream => ({
    ...{ write, interactive: false, colours: false, columns: 100 },
  });
  const terminal = { out: stream(() => {}), error: stream((text) => void (complaints += text)) };
  const code = await runProfit(args, terminal, builtinRegistry as unknown as Registry);
  if (code !== 0) throw new Error(`profit ${args.join(' ')} ended with code ${code}:\n${complaints.slice(-2000)}`);
}
