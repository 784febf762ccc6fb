import { type Command, Option } from 'commander'
import { ITEM_STATUSES } from '#domain/batch/item.ts'
import { WRITE_MODES } from '#domain/write/write.ts'
import type { Batch, BatchItemStatus } from '../../client/types.ts'
import { wholeNumber } from '../input.ts'
import { onServer } from '../on-server.ts'
import type { ServerAddress } from '../server-call.ts'
import { batchTable, describeBatch } from './batch-text.ts'
import type { BatchWorld, RunOptions } from './run-batch.ts'
import { jsonText } from '../json-text.ts'

export interface BatchCommands extends Omit<BatchWorld, 'batches'> {
  readonly server: () => ServerAddress
}

interface Output {
  readonly json?: boolean
}

type Act = <Args extends unknown[]>(
  work: (world: BatchWorld, ...args: Args) => Promise<void>,
) => (...args: Args) => Promise<void>

/** Work in bulk: uploads files of items, follows batches and steers them. */
export function addBatchCommands(program: Command, commands: BatchCommands): void {
  const group = program.command('batch').description('work in bulk, on the server')
  const act: Act =
    (work) =>
    async (...args) => {
      await onServer(commands.server(), ({ batches }) => work({ ...commands, batches }, ...args))
    }
  addRun(group, act)
  addReading(group, act)
  addControl(group, act)
}

function addRun(group: Command, act: Act): void {
  withJson(group.command('run <agent> <file>'))
    .description('upload a file of items (.ndjson, .jsonl, .csv, .tsv), and follow the batch to its end')
    .option('--key <field>', 'the column or the field of the input that is the key of an item')
    .option('--name <text>', 'what you will know the batch by; the name of the file by default')
    .option('--max-concurrency <count>', 'most items in work at once; 20 by default', wholeNumber)
    .option('--skip-unchanged', 'skip items whose work an earlier batch has done')
    .addOption(
      new Option('--writes <mode>', 'make the writes, or propose them; as the agent says by default').choices([
        ...WRITE_MODES,
      ]),
    )
    .option('--tag <tags...>', 'tags of the jobs')
    .option('--resume <batch>', 'go on with the upload of this file to a batch')
    .action(
      act(async (world, ...[agent, path, options]: [string, string, RunOptions]) => {
        const { runBatch } = await import('./run-batch.ts')
        await runBatch(world, { agent, path, options })
      }),
    )
  withJson(group.command('watch <batch>'))
    .description('follow a batch to its end')
    .action(
      act(async (world, id: string, output: Output) => {
        const { watchBatch } = await import('./run-batch.ts')
        await watchBatch(world, id, output)
      }),
    )
}

function addReading(group: Command, act: Act): void {
  withJson(group.command('list'))
    .description('list the batches, newest first')
    .action(
      act(async ({ batches, print, note, signal }, { json = false }: Output) => {
        const all: Batch[] = []
        for await (const batch of batches.list({ signal })) all.push(batch)
        if (all.length === 0 && !json) note('There are no batches.\n')
        else print(json ? jsonText(all) : batchTable(all))
      }),
    )
  withJson(group.command('show <batch>'))
    .description('show how far a batch has come')
    .action(
      act(async (world, id: string, output: Output) => {
        show(world, await world.batches.get(id, { signal: world.signal }), output)
      }),
    )
  group
    .command('results <batch>')
    .description('print what has become of each item, as NDJSON')
    .addOption(new Option('--status <status>', 'items in this status').choices([...ITEM_STATUSES]))
    .option('--after <line>', 'only lines after this one', wholeNumber)
    .action(
      act(async ({ batches, print, signal }, id: string, query: { status?: BatchItemStatus; after?: number }) => {
        for await (const result of batches.results(id, { ...query, signal })) print(`${JSON.stringify(result)}\n`)
      }),
    )
}

function addControl(group: Command, act: Act): void {
  const commands = [
    ['close', 'take no more items', 'close'],
    ['pause', 'let no more items become jobs', 'pause'],
    ['resume', 'go on with a paused batch', 'resume'],
    ['cancel', 'cancel the jobs, and do no other items', 'cancel'],
    ['retry-failed', 'do the failed items of a finished batch again', 'retryFailed'],
  ] as const
  for (const [name, meaning, method] of commands) {
    withJson(group.command(`${name} <batch>`))
      .description(meaning)
      .action(
        act(async (world, id: string, output: Output) => {
          show(world, await world.batches[method](id, { signal: world.signal }), output)
        }),
      )
  }
}

function show({ print }: BatchWorld, batch: Batch, { json = false }: Output): void {
  print(json ? jsonText(batch) : describeBatch(batch, Date.now()))
}

function withJson(command: Command): Command {
  return command.option('--json', 'print the answer of the server')
}
