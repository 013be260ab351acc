import type { Terminal, TerminalStream } from '../terminal/terminal.js';

/** A terminal that nobody watches and whose text can be read back. */
export function recordedTerminal(options: { interactive?: boolean; colours?: boolean; columns?: number } = {}) {
  const texts = { out: '', error: '' };
  const stream = (name: 'out' | 'error'): TerminalStream => ({
    write: (text) => void (texts[name] += text),
    interactive: options.interactive ?? false,
    colours: options.colours ?? false,
    columns: options.columns ?? 200,
  });
  const terminal: Terminal = { out: stream('out'), error: stream('error') };
  return { terminal, texts };
}
