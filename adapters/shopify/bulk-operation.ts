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
})

export type BulkOperation = z.infer<typeof BULK_OPERATION_SCHEMA>

const FOUND = z.object({ bulkOperation: BULK_OPERATION_SCHEMA.nullable() })

/** From one look to the next: doubled from the first to the last. */
const FIRST_POLL_MS = 1000
const LAST_POLL_MS = 30_000

/** Waits for its end, which Shopify brings about within 24 hours. @throws {ShopifyError} when it did not complete. */
export async function completed(
  admin: ShopifyAdmin,
  started: BulkOperation,
  options: ShopifyRequest,
): Promise<BulkOperation> {
  let operation = started
  for (let waitMs = FIRST_POLL_MS; !isOver(operation); waitMs = Math.min(LAST_POLL_MS, waitMs * 2)) {
    await pause(admin.clock, waitMs, options.signal)
    const found = parse(FOUND, await admin.request(BULK_OPERATION, { id: started.id }, options)).bulkOperation
    if (!found) throw new ShopifyError('refused', `Shopify no longer knows the bulk operation ${started.id}.`)
    operation = found
  }
  if (operation.status === 'COMPLETED') return operation
  const why = operation.errorCode === null ? '' : ` (${operation.errorCode})`
  throw new ShopifyError('refused', `The bulk operation ${operation.id} ended as ${operation.status}${why}.`)
}

/** The lines of what it made; none where it made nothing. The address needs no token, and is not sent one. */
export async function* resultLines(
  admin: ShopifyAdmin,
  { url }: BulkOperation,
  { signal }: ShopifyRequest,
): AsyncGenerator<JsonObject> {
  if (url === null) return
  const answer = await admin.fetch(url, { signal: signal ?? null })
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
