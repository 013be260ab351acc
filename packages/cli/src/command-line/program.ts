import { createRequire } from 'node:module';
import type { Registry } from '@profit-sft/core';
import { Command, Option } from 'commander';
import { runAblate, type AblateArguments } from '../commands/ablate.js';
import { runAnnotate, type AnnotateArguments } from '../commands/annotate.js';
import { runDataList } from '../commands/data-list.js';
import { runDataPull, type DataPullArguments } from '../commands/data-pull.js';
import { runDoctor } from '../commands/doctor.js';
import { runEval, type EvalArguments } from '../commands/eval.js';
import { runExport, type ExportArguments } from '../commands/export.js';
import { runGenerate, type GenerateArguments } from '../commands/generate.js';
import { runInspect, type InspectArguments } from '../commands/inspect.js';
import { runJobCommand } from '../commands/job.js';
import { runList } from '../commands/list.js';
import { runMerge, type MergeArguments } from '../commands/merge.js';
import { runNewRule, type NewRuleArguments } from '../commands/new-rule.js';
import { runReport, type ReportArguments } from '../commands/report.js';
import { runTrain, type TrainArguments } from '../commands/train.js';
import { runWatch, type WatchArguments } from '../commands/watch.js';
import type { Terminal } from '../terminal/terminal.js';
import { collected, mebibytes, numberWithin, wholeNumber } from './command-options.js';
import { registryWith } from './plugin-arguments.js';

/** What every command is given. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly registry: Registry;
  /** The exit code of a command that ends without an error. */
  setExitCode(code: number): void;
}

function version(): string {
  // By the package's own name, because sources and build lie at different depths.
  const manifest = createRequire(import.meta.url)('@profit-sft/cli/package.json') as { version: string };
  return manifest.version;
}

export function createProgram(context: CommandContext): Command {
  const { terminal } = context;
  const program = new Command('profit')
    .description('Fine-tunes language models with token-masking rules (ProFit, arXiv 2601.09195).')
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      writeErr: (text) => terminal.error.write(text),
      getOutHelpWidth: () => terminal.out.columns,
      getErrHelpWidth: () => terminal.error.columns,
    })
    .showHelpAfterError('(profit --help, or profit COMMAND --help, tells what there is)');

  const json = (): Option => new Option('--json', 'print one JSON document on stdout; everything else goes to stderr');
  const plugin = (): Option =>
    new Option('--plugin <package or file>', 'add its plugins; may be repeated').argParser(collected);
  const backend = (): Option =>
    new Option('--backend <name>', 'what runs the model; JSON for options: {"name": "onnxruntime", …}').default(
      'onnxruntime',
    );
  const model = (): Option => new Option('--model <directory>', 'Hugging Face model directory').makeOptionMandatory();
  const modelOrAdapter = (): Option =>
    new Option(
      '--model <directory>',
      'Hugging Face model directory, or that of a LoRA adapter in PEFT’s format',
    ).makeOptionMandatory();
  const base = (): Option =>
    new Option('--base <directory>', 'base model of an adapter; default: what the adapter names');
  const data = (): Option =>
    new Option(
      '--data <file>',
      'data file: JSONL, JSON, CSV, TSV, Parquet or Arrow; a glob; or JSON: {"name": "hub", …}',
    ).makeOptionMandatory();
  const seed = (): Option =>
    new Option('--seed <number>', 'seed of everything random').argParser(wholeNumber(0)).default(0);
  const microBatchTokens = (): Option =>
    new Option('--micro-batch-tokens <count>', 'most tokens in one forward pass')
      .argParser(wholeNumber(1))
      .default(2048);

  program
    .command('train')
    .description('fine-tune a model as a configuration file says')
    .argument('<config>', 'configuration: .json, .yaml, .ts or .js. Relative paths in it start from its folder')
    .addOption(
      new Option('--set <key=value>', 'set a key of the configuration, e.g. masking.threshold=0.2; may be repeated')
        .argParser(collected)
        .default([], ''),
    )
    .option('--out <directory>', 'where the run is written; default runs/<name of the configuration>')
    .addOption(
      new Option(
        '--memory <size>',
        'most memory that training takes, e.g. 4GiB: more is computed again instead of kept, or the run is refused',
      ).argParser(mebibytes),
    )
    .option('--resume', 'continue the run in that directory from its last checkpoint')
    .addOption(json())
    .action((config: string, options: Omit<TrainArguments, 'config'>) => runTrain({ config, ...options }, context));

  program
    .command('ablate')
    .description('run a grid of configurations, and compare what comes of them')
    .argument('<config>', 'the grid: .json, .yaml, .ts or .js')
    .option(
      '--out <directory>',
      'where runs and tables are written; default ablations/<name of the file>. What is finished there is not run again',
    )
    .addOption(
      new Option(
        '--launcher <name>',
        'where runs are placed: local, slurm, ray; JSON for options: {"name": "local", "concurrency": 2}',
      ).default('local'),
    )
    .option('--plan', 'print what would be started, exactly, and start nothing')
    .addOption(plugin())
    .addOption(json())
    .action((config: string, options: Omit<AblateArguments, 'config'>) => runAblate({ config, ...options }, context));

  program
    .command('job', { hidden: true })
    .description('run one specification of an ablation: what launchers start')
    .argument('<directory>', 'its directory')
    .action((directory: string) => runJobCommand(directory, context));

  program
    .command('report')
    .description('write one self-contained HTML page about finished or unfinished runs')
    .argument('<directories...>', 'the directory of an ablation, or those of one and more runs of profit train')
    .option('--out <file>', 'default: report.html in the directory; with several, in the working directory')
    .addOption(json())
    .action((directories: string[], options: Omit<ReportArguments, 'directories'>) =>
      runReport({ directories, ...options }, context),
    );

  program
    .command('watch')
    .description('show runs as they go, in a browser on this machine')
    .argument('<directories...>', 'the directory of an ablation, or those of one and more runs of profit train')
    .addOption(new Option('--port <number>', 'default: any that is free').argParser(wholeNumber(0)).default(0, ''))
    .addOption(
      new Option('--host <address>', 'which loopback address; for another machine, forward the port: ssh -L')
        .choices(['127.0.0.1', '::1', 'localhost'])
        .default('127.0.0.1'),
    )
    .option('--no-open', 'only print the address')
    .action((directories: string[], options: Omit<WatchArguments, 'directories'>) =>
      runWatch({ directories, ...options }, context),
    );

  program
    .command('eval')
    .description('measure a model on a data file')
    .addOption(modelOrAdapter().makeOptionMandatory(false))
    .addOption(base())
    .requiredOption('--evaluator <name>', 'what to measure: see profit list')
    .addOption(data())
    .addOption(
      new Option('--set <option=value>', 'set an option of the evaluator; may be repeated')
        .argParser(collected)
        .default([], ''),
    )
    .addOption(new Option('--rows <count>', 'only the first rows of the file').argParser(wholeNumber(1)))
    .addOption(
      new Option(
        '--answers <file>',
        'keep what the model writes, one JSON record per line; a run that was stopped goes on from there',
      ),
    )
    .addOption(
      new Option('--regrade <file>', 'grade the answers of such a file again, without a model').conflicts([
        'model',
        'base',
        'answers',
      ]),
    )
    .addOption(seed())
    .addOption(microBatchTokens())
    .addOption(backend())
    .addOption(plugin())
    .addOption(json())
    .action((options: EvalArguments) => runEval(options, context));

  program
    .command('annotate')
    .description('label response text core or trivial, and compare the labels with a model’s probabilities')
    .addOption(data())
    .requiredOption('--annotator <name>', 'what labels: see profit list')
    .requiredOption('--output <file>', 'JSONL of the labels; a file of a stopped run is gone on with')
    .addOption(
      new Option('--set <option=value>', 'set an option of the annotator; may be repeated')
        .argParser(collected)
        .default([], ''),
    )
    .option('--model <directory>', 'also write tokens with their probabilities under this model, and compare')
    .addOption(base())
    .addOption(new Option('--rows <count>', 'only the first rows of the file').argParser(wholeNumber(1)))
    .addOption(
      new Option('--permutations <count>', 'of the test of the difference').argParser(wholeNumber(1)).default(9999),
    )
    .addOption(seed())
    .addOption(microBatchTokens())
    .addOption(backend())
    .addOption(plugin())
    .addOption(json())
    .action((options: AnnotateArguments) => runAnnotate(options, context));

  program
    .command('generate')
    .description('continue a prompt')
    .addOption(modelOrAdapter())
    .addOption(base())
    .requiredOption('--prompt <text>', 'what to continue; by the chat template, where the model has one, a user turn')
    .addOption(new Option('--max-tokens <count>', 'most new tokens').argParser(wholeNumber(1)).default(128))
    .addOption(new Option('--temperature <number>', '0 is greedy').argParser(numberWithin(0, Infinity)).default(0))
    .addOption(
      new Option('--top-p <number>', 'sample from the most probable tokens that reach it').argParser(
        numberWithin(0, 1),
      ),
    )
    .addOption(new Option('--top-k <count>', 'sample from this many most probable tokens').argParser(wholeNumber(1)))
    .addOption(
      new Option('--min-p <number>', 'sample from tokens of at least this share of the largest probability').argParser(
        numberWithin(0, 1),
      ),
    )
    .addOption(
      new Option(
        '--repetition-penalty <number>',
        'above 1, tokens that the text holds already become less probable',
      ).argParser(numberWithin(0, Infinity)),
    )
    .addOption(
      new Option('--stop <text>', 'end before this text; may be repeated').argParser(collected).default([], ''),
    )
    .addOption(seed())
    .option('--chat', 'use the chat template (the default where there is one)')
    .option('--no-chat', 'continue the prompt as plain text')
    .addOption(backend())
    .addOption(plugin())
    .addOption(json())
    .action((options: GenerateArguments) => runGenerate(options, context));

  program
    .command('inspect')
    .description('show which response tokens a masking rule keeps under a model')
    .addOption(modelOrAdapter())
    .addOption(base())
    .addOption(data())
    .option('--masking <name>', 'the rule: see profit list', 'profit')
    .addOption(new Option('--threshold <p>', 'same as --set threshold=<p>').argParser(numberWithin(0, 1)))
    .addOption(
      new Option('--set <option=value>', 'set an option of the rule; may be repeated')
        .argParser(collected)
        .default([], ''),
    )
    .addOption(new Option('--rows <count>', 'how many rows').argParser(wholeNumber(1)).default(5))
    .option('--html <file>', 'also write a self-contained page with a threshold slider')
    .option('--reference <directory>', 'frozen reference model, for rules that need one')
    .option('--reference-backend <name>', 'what runs it; default the backend of the model')
    .addOption(seed())
    .addOption(microBatchTokens())
    .addOption(backend())
    .addOption(plugin())
    .addOption(json())
    .action((options: InspectArguments) => runInspect(options, context));

  program
    .command('export')
    .description('write a model for another program: Transformers.js, or ONNX Runtime anywhere')
    .addOption(model())
    .addOption(
      new Option('--format <format>', 'onnx: a decoder with key/value cache, as Transformers.js loads it')
        .choices(['onnx'])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <directory>', 'where to write it; must be empty or absent')
    .addOption(json())
    .action((options: ExportArguments) => runExport(options, context));

  const dataCommand = program.command('data').description('data sets of the Hugging Face Hub');
  dataCommand
    .command('pull')
    .description('fetch a data set into the cache, with every file checked against its hash')
    .argument('<name>', 'a repository, OWNER/NAME, or a short name: see profit data list')
    .option('--revision <revision>', 'commit, branch or tag; default main')
    .option('--config <name>', 'which configuration of the data set')
    .option('--split <name>', 'only this split')
    .option('--offline', 'fetch nothing: check what is in the cache, and say where it is')
    .addOption(json())
    .action((name: string, options: Omit<DataPullArguments, 'name'>) => runDataPull({ name, ...options }, context));
  dataCommand
    .command('list')
    .description('list the data sets that have a short name, with their licences')
    .addOption(json())
    .action((options: { json?: boolean }) => runDataList(options, context));

  program
    .command('merge')
    .description('write a model with a LoRA adapter merged into its weights')
    .requiredOption('--adapter <directory>', 'adapter in PEFT’s format: adapter_config.json, adapter_model.safetensors')
    .option('--model <directory>', 'its base model; default: what the adapter names')
    .requiredOption('--out <directory>', 'where to write it; must be empty or absent')
    .addOption(
      new Option('--dtype <type>', 'element type of the merged weights').choices(['F32', 'F16', 'BF16']).default('F32'),
    )
    .addOption(json())
    .action((options: MergeArguments) => runMerge(options, context));

  program
    .command('new')
    .description('write the package of a new plugin')
    .command('rule')
    .description('write the package of a new masking rule: a rule that works, its tests, build, types and README')
    .argument('<name>', 'what configurations call the rule, e.g. soft-threshold')
    .option('--directory <directory>', 'where to write it; default the name of the rule')
    .option('--package <name>', 'name of the package, e.g. @acme/profit-soft-threshold; default profit-<name>')
    .addOption(json())
    .action((name: string, options: Omit<NewRuleArguments, 'name'>) => runNewRule({ name, ...options }, context));

  program
    .command('list')
    .description('list the plugins with their options')
    .addOption(plugin())
    .addOption(json())
    .action(async ({ plugin: plugins, ...options }: { plugin?: string[]; json?: boolean }) =>
      runList(options, { ...context, registry: await registryWith(context.registry, plugins) }),
    );

  program
    .command('doctor')
    .description('try every runtime, and say how to install what is missing')
    .addOption(plugin())
    .addOption(json())
    .action(async ({ plugin: plugins, ...options }: { plugin?: string[]; json?: boolean }) =>
      runDoctor(options, { ...context, registry: await registryWith(context.registry, plugins) }),
    );

  return program;
}
