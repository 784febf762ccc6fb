import { basename } from 'node:path'
import type { WriteMode } from '#domain/write/write.ts'
import type { BatchClient } from '../../client/batch-client.ts'
import type { Batch } from '../../client/types.ts'
import { describeBatch, progressLine, uploadLine } from './batch-text.ts'
import { counted } from '../counted.ts'
import { openItems } from './item-file.ts'
import { jsonText } from '../json-text.ts'
import { shellWord } from '../shell-word.ts'
import { StatusLine } from './status-line.ts'

/** What a shell says of a command that the user has interrupted. */
const INTERRUPTED = 130

export interface BatchWorld {
  readonly batches: BatchClient
  readonly print: (text: string) => void
  readonly note: (text: string) => void
  /** Whether notes go to a terminal, where a line can change. */
  readonly isTerminal: boolean
  readonly exit: (code: number) => void
  readonly signal: AbortSignal
}

export interface RunOptions {
  readonly json?: boolean
  readonly key?: string
  readonly name?: string
  readonly maxConcurrency?: number
  readonly skipUnchanged?: boolean
  readonly writes?: WriteMode
  readonly tag?: readonly string[]
  /** A batch that an earlier upload of the file has begun. */
  readonly resume?: string
}

export interface RunRequest {
  readonly agent: string
  readonly path: string
  readonly options: RunOptions
}

/** Uploads a file, and follows the batch to its end. An interrupt leaves the batch running. */
export async function runBatch(world: BatchWorld, request: RunRequest): Promise<void> {
  const { batches, note, signal } = world
  const { path, options } = request
  const file = await openItems(path, options.key)
  const line = lineOf(world)
  let id = options.resume
  try {
    id ??= (await batches.create(fieldsOf(request), { signal })).id
    note(`Batch ${id}\n`)
    const onProgress = ({ next }: { readonly next: number }): void => {
      line.show(uploadLine(next, file.share()))
    }
    const { next, invalid } = await batches.upload(id, file.source, { onProgress, signal })
    line.end()
    for (const { line: at, code, detail } of invalid.slice(0, 10)) note(`line ${String(at)}  ${code}  ${detail}\n`)
    if (invalid.length > 10) note(`… and more lines that failed: errand batch results ${id} --status failed\n`)
    await batches.close(id, { signal })
    note(`${counted(next, 'line')} uploaded.\n`)
  } catch (error) {
    line.end()
    if (id !== undefined) note(`The upload has not ended. To go on with it: ${runAgain(request, id)}\n`)
    if (!signal.aborted) throw error
    world.exit(INTERRUPTED)
    return
  } finally {
    await file.close()
  }
  await watchBatch(world, id, options)
}

/** The command that goes on with an upload, as a shell reads it. */
function runAgain({ agent, path, options: { key } }: RunRequest, id: string): string {
  const ofKey = key === undefined ? [] : ['--key', key]
  return ['errand', 'batch', 'run', agent, path, ...ofKey, '--resume', id].map(shellWord).join(' ')
}

/** Follows a batch to its end. The exit code is 1 where not every item was done. */
export async function watchBatch(world: BatchWorld, id: string, { json = false }: { json?: boolean }): Promise<void> {
  const { batches, note, signal, exit } = world
  const line = lineOf(world)
  let last: Batch | null = null
  try {
    for await (const batch of batches.events(id, { signal })) {
      last = batch
      line.show(progressLine(batch, Date.now()))
    }
  } catch (error) {
    line.end()
    if (!signal.aborted) throw error
    note(`The batch goes on without this command. To come back: errand batch watch ${id}\n`)
    exit(INTERRUPTED)
    return
  }
  line.end()
  if (last !== null) sayEnd(world, last, json)
}

function sayEnd({ print, note, exit }: BatchWorld, batch: Batch, json: boolean): void {
  const { id, status, counts, refusedLines, earlyStops } = batch
  print(json ? jsonText(batch) : describeBatch(batch, Date.now()))
  if (earlyStops > 0) note(`Answers that are not whole: errand list --batch ${id} --stop-reason early\n`)
  if (counts.failed > 0) note(`The failed items: errand batch results ${id} --status failed\n`)
  if (refusedLines > 0) note(REFUSED)
  if (status !== 'canceled' && counts.failed > refusedLines) note(`To retry them: errand batch retry-failed ${id}\n`)
  if (status !== 'completed' || counts.failed > 0) exit(1)
}

const REFUSED = 'A retry leaves refused lines as they are. Correct them, and upload them as a new batch.\n'

function lineOf({ note, isTerminal }: BatchWorld): StatusLine {
  return new StatusLine(isTerminal ? note : null)
}

function fieldsOf({ agent, path, options }: RunRequest) {
  const { key, name, maxConcurrency, skipUnchanged = false, writes, tag = [] } = options
  return {
    agent,
    name: name ?? basename(path),
    skipUnchanged,
    tags: [...tag],
    ...(writes && { writes }),
    ...(key !== undefined && { itemKey: key }),
    ...(maxConcurrency !== undefined && { maxConcurrency }),
  }
}
