import type { BatchItemStatus, BatchResult } from '#adapters/client/types.ts'
import { queryOf, withQuery } from '../../view/field.ts'
import type { Visit } from '../../visit.ts'

/** The results as the API gives them, as a file. */
export async function downloadLines(visit: Visit): Promise<Response> {
  const id = visit.param('id')
  const path = withQuery(`/batches/${encodeURIComponent(id)}/results`, queryOf(visit, ['status']))
  const { body } = await visit.raw.pass(path, { headers: { accept: 'application/x-ndjson' } })
  return file(body, { type: 'application/x-ndjson', name: `${id}.ndjson` })
}

/** The same for a spreadsheet, read and written as fast as the browser takes it. */
export async function downloadTable(visit: Visit): Promise<Response> {
  const { id } = await visit.api.batches.get(visit.param('id'))
  const { status } = queryOf(visit, ['status'])
  const results = visit.api.batches.results(id, { status: status as BatchItemStatus | undefined })
  return file(rowsOf(results), { type: 'text/csv; charset=utf-8', name: `${id}.csv` })
}

function rowsOf(results: AsyncGenerator<BatchResult>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(encoder.encode(row(HEAD)))
    },
    pull: async (controller) => {
      const next = await results.next()
      if (next.done === true) controller.close()
      else controller.enqueue(encoder.encode(row(cellsOf(next.value))))
    },
    cancel: async () => {
      await results.return(undefined)
    },
  })
}

const HEAD = [
  'line',
  'key',
  'status',
  'job',
  'output',
  'error code',
  'error',
  'input tokens',
  'output tokens',
  'cost in micro-dollars',
  'stop reason',
]

function cellsOf({ line, key, status, jobId, output, stopReason, error, ...used }: BatchResult): readonly string[] {
  const text = output === undefined ? '' : typeof output === 'string' ? output : JSON.stringify(output)
  return [
    String(line),
    key ?? '',
    status,
    jobId ?? '',
    text,
    error?.code ?? '',
    error?.message ?? '',
    ...figuresOf(used),
    stopReason ?? '',
  ]
}

type Used = Pick<BatchResult, 'usage' | 'costMicros'>

function figuresOf({ usage, costMicros }: Used): readonly string[] {
  return [usage?.inputTokens, usage?.outputTokens, costMicros].map((figure) => String(figure ?? ''))
}

/** One record (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe in front. */
function row(cells: readonly string[]): string {
  const safe = cells.map((cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell))
  return `${safe.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`
}

function file(
  body: ReadableStream<Uint8Array> | null,
  { type, name }: { readonly type: string; readonly name: string },
) {
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name.replaceAll(/[^\w.-]/g, '')}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
}
