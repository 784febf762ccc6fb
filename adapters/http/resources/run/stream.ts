import type { RunSync, RunSyncCommand } from '#application/agent/run-sync.ts'
import { QUIET_MS } from '#application/job/watch-job.ts'
import { AppError } from '#domain/app-error.ts'
import { CanceledError } from '#domain/job/errors.ts'
import type { Clock } from '#ports/clock.ts'
import { STILL_HERE, eventView, message } from '../../sse.ts'
import { reportView } from '../../wire/views.ts'

export interface RunStreamDeps {
  readonly runSync: Pick<RunSync, 'execute'>
  readonly clock: Clock
  readonly onFault: (error: unknown) => void
}

/**
 * A run as Server-Sent Events: its steps as in a job's journal, the model's live text, and its `report` or `problem`.
 * A reader that disconnects aborts the run.
 *
 * @throws what the run throws before its first step, so that a refusal is a status and not a stream.
 */
export async function runStream(
  { runSync, clock, onFault }: RunStreamDeps,
  command: Pick<RunSyncCommand, 'tenantId' | 'by' | 'agent' | 'input' | 'signal'>,
): Promise<ReadableStream<Uint8Array>> {
  const left = new AbortController()
  const begun = Promise.withResolvers<undefined>()
  let isStream = false
  const encoder = new TextEncoder()
  const stream = new TransformStream<string, Uint8Array>({
    transform: (text, controller) => {
      controller.enqueue(encoder.encode(text))
    },
  })
  const writer = stream.writable.getWriter()
  writer.closed.catch(() => {
    left.abort()
  })
  const send = (event: string, data: object): void => {
    // A reader that has left gets nothing more; `closed` handles the rest.
    writer.write(message({ event, data })).catch(() => undefined)
  }
  // A model may think for longer than proxies keep a silent connection.
  const beat = (): (() => void) =>
    clock.after(QUIET_MS, () => {
      writer.write(STILL_HERE).catch(() => undefined)
      stopBeat = beat()
    })
  let stopBeat = beat()
  const run = runSync.execute({
    ...command,
    signal: AbortSignal.any([command.signal, left.signal]),
    onText: (text) => {
      send('text', { text })
    },
    onEvent: (event) => {
      send(event.type, eventView(event))
      isStream = true
      begun.resolve(undefined)
    },
  })
  run
    .then((report) => {
      send('report', reportView(report))
    })
    .catch((error: unknown) => {
      begun.reject(error)
      // A refusal before the first step is sent and logged like any other.
      if (isStream && !(error instanceof CanceledError)) onFault(error)
      send('problem', problemView(error))
    })
    .finally(() => {
      stopBeat()
      writer.close().catch(() => undefined)
    })
  await begun.promise
  return stream.readable
}

function problemView(error: unknown): { readonly code: string; readonly detail: string; readonly retryable: boolean } {
  if (error instanceof AppError) return { code: error.code, detail: error.message, retryable: error.retryable }
  const detail = 'Something went wrong on our side. The logs of the service say what.'
  return { code: 'internal_error', detail, retryable: false }
}
