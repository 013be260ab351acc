/**
 * A solution whose result is another one of the same type: a truth value turned, a number one more, a text or list one longer. Wrong in
 * every case, and by nothing but its value.
 */
export function withChangedResult(solution: string, entryPoint: string): string {
  return `${solution}
def changed(value):
    if isinstance(value, bool): return not value
    if isinstance(value, (int, float)): return value + 1
    if isinstance(value, str): return value + 'x'
    if isinstance(value, list): return value + [0]
    if isinstance(value, tuple): return (*value, 0)
    if isinstance(value, dict): return {**value, 'x': 0}
    return 0 if value is None else None

unchanged = ${entryPoint}

def ${entryPoint}(*arguments):
    return changed(unchanged(*arguments))
`;
}
