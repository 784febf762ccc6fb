import * as z from 'zod'
import type { JsonObject } from '#domain/json/json.ts'
import type { ShopifyAdmin, ShopifyRequest } from './admin.ts'
import { BULK_OPERATION } from './documents.ts'
import { ShopifyError } from './errors.ts'
import { jsonLines } from './json-lines.ts'
import { parse } from './parse.ts'
import { pause } from './pause.ts'

export const BULK_OPERATION_SCHEMA = z.object({
  id: z.string(),
  status: z.enum(['CANCELED', 'CANCELING', 'COMPLETED', 'CREATED', 'EXPIRED', 'FAILED', 'RUNNING']),
  errorCode: z.string().nullable(),
  query: z.string(),
  url: z.string().nullable(),
  /** What it had made when it failed. */
  partialDataUrl: z.string().nullable(),
})

export type BulkOperation = z.infer<typeof BULK_OPERATION_SCHEMA>

const FOUND = z.object({ bulkOperation: BULK_OPERATION_SCHEMA.nullable() })

/** From one look to the next: doubled from the first to the last. */
const FIRST_POLL_MS = 1000
const LAST_POLL_MS = 30_000
/** Of its file. */
const MOST_READS = 5

/**
 * Waits for its end, which Shopify brings about within 24 hours, and gives the lines of what it made. Of one that did not
 * complete, these are the lines that there are: then it throws.
 * @throws {ShopifyError}
 */
export async function* resultsOf(
  admin: ShopifyAdmin,
  started: BulkOperation,
  options: ShopifyRequest,
): AsyncGenerator<JsonObject> {
  const { id, status, url, partialDataUrl, errorCode } = await ended(admin, started, options)
  yield* resultLines(admin, url ?? partialDataUrl, options)
  if (status === 'COMPLETED') return
  const why = errorCode === null ? '' : ` (${errorCode})`
  throw new ShopifyError('refused', `The bulk operation ${id} ended as ${status}${why}.`)
}

async function ended(admin: ShopifyAdmin, started: BulkOperation, options: ShopifyRequest): Promise<BulkOperation> {
  let operation = started
  for (let waitMs = FIRST_POLL_MS; !isOver(operation); waitMs = Math.min(LAST_POLL_MS, waitMs * 2)) {
    await pause(admin.clock, waitMs, options.signal)
    const found = parse(FOUND, await admin.request(BULK_OPERATION, { id: started.id }, options)).bulkOperation
    if (!found) throw new ShopifyError('refused', `Shopify no longer knows the bulk operation ${started.id}.`)
    operation = found
  }
  return operation
}

/** None where it made nothing. A file that breaks off is read again, from the line after the last. */
async function* resultLines(
  admin: ShopifyAdmin,
  url: string | null,
  { signal }: ShopifyRequest,
): AsyncGenerator<JsonObject> {
  if (url === null) return
  let given = 0
  for (let attempt = 1; ; attempt++) {
    try {
      let line = 0
      for await (const value of fileLines(admin, url, signal)) {
        if (++line <= given) continue
        given = line
        yield value
      }
      return
    } catch (error) {
      signal?.throwIfAborted()
      if (attempt === MOST_READS || !(error instanceof ShopifyError)) throw error
      await pause(admin.clock, FIRST_POLL_MS * 2 ** attempt, signal)
    }
  }
}

/** The address needs no token, and is not sent one. @throws {ShopifyError} */
async function* fileLines(admin: ShopifyAdmin, url: string, signal: AbortSignal | undefined) {
  const answer = await admin.fetch(url, { signal: signal ?? null }).catch((cause: unknown) => {
    throw new ShopifyError('unavailable', 'The file of a bulk operation could not be reached.', { cause })
  })
  if (!answer.ok || !answer.body)
    throw new ShopifyError(
      'unavailable',
      `The file of a bulk operation was not there: status ${String(answer.status)}.`,
    )
  yield* jsonLines(answer.body)
}

function isOver({ status }: BulkOperation): boolean {
  return !['CREATED', 'RUNNING', 'CANCELING'].includes(status)
}
