/** Where a command writes. Results go to `out`, everything else to `error`. */
export interface Terminal {
  readonly out: TerminalStream;
  readonly error: TerminalStream;
}

export interface TerminalStream {
  write(text: string): void;
  /** A person is watching, and lines can be redrawn. */
  readonly interactive: boolean;
  /** Colour escapes are welcome: interactive, unless `NO_COLOR` says otherwise; `FORCE_COLOR` asks for them anyway. */
  readonly colours: boolean;
  readonly columns: number;
}

function streamOf(stream: NodeJS.WriteStream): TerminalStream {
  // https://no-color.org: present and not empty.
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0';
  return {
    write: (text) => void stream.write(text),
    interactive: stream.isTTY === true,
    colours: NO_COLOR !== undefined && NO_COLOR !== '' ? false : forced || (stream.isTTY === true && TERM !== 'dumb'),
    get columns() {
      return stream.columns ?? 80;
    },
  };
}

export function processTerminal(): Terminal {
  return { out: streamOf(process.stdout), error: streamOf(process.stderr) };
}

/**
 * Text from a model or a data file for a terminal: control characters become visible signs, so that they cannot move the
 * cursor or change the terminal's state. Line breaks stay where `keepLineBreaks` is set.
 */
export function printable(text: string, options: { keepLineBreaks?: boolean } = {}): string {
  // eslint-disable-next-line no-control-regex -- control characters are the point
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    if (character === '\n') return options.keepLineBreaks === true ? '⏎\n' : '⏎';
    if (character === '\t') return '⇥';
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\uFFFD';
  });
}
