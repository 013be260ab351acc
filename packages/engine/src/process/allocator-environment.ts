/** First glibc that accepts a threshold above half of its arenas' size; an older one refuses it and keeps 128 KiB. */
const unlimitedGlibc = [2, 35] as const;
const largeThreshold = 2 ** 30;
const limitedThreshold = 2 ** 25;

/**
 * The environment of a process that runs ONNX Runtime, from the one of its parent. Each output of a program is a new array;
 * by default glibc's malloc gets each large one from the system and gives it back, so that all its pages fault anew: 100,000
 * faults in a training step. With these thresholds freed memory stays with the process, which malloc reads at its start
 * only. Variables that are set already stay as they are; other systems do not look at them.
 */
export function allocatorEnvironment(
  environment: Readonly<NodeJS.ProcessEnv> = process.env,
  glibc: string | undefined = glibcVersion(),
): NodeJS.ProcessEnv {
  if (glibc === undefined || environment.GLIBC_TUNABLES?.includes('glibc.malloc.') === true) return { ...environment };
  const [major, minor] = glibc.split('.').map(Number);
  const unlimited = major > unlimitedGlibc[0] || (major === unlimitedGlibc[0] && minor >= unlimitedGlibc[1]);
  return {
    MALLOC_MMAP_THRESHOLD_: String(unlimited ? largeThreshold : limitedThreshold),
    MALLOC_TRIM_THRESHOLD_: String(2 ** 32),
    ...environment,
  };
}

let version: { readonly glibc: string | undefined } | undefined;

/** Undefined where the C library is another. */
function glibcVersion(): string | undefined {
  version ??= { glibc: readGlibcVersion() };
  return version.glibc;
}

function readGlibcVersion(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const report = process.report as typeof process.report & { excludeNetwork: boolean };
  const { excludeNetwork } = report;
  // Looking up the names of open connections takes seconds.
  report.excludeNetwork = true;
  try {
    const { header } = report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
    return header.glibcVersionRuntime;
  } finally {
    report.excludeNetwork = excludeNetwork;
  }
}
