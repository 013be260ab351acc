import { runCreatePlugin } from './run-create-plugin.js';

process.exitCode = await runCreatePlugin(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
});
