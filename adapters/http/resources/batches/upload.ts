import type { Context } from 'hono'
import type { UploadItems, UploadedLine } from '#application/batch/upload-items.ts'
import { AppError } from '#domain/app-error.ts'
import { describeIssues } from '#domain/json/issues.ts'
import { type AppEnv, tenantOf } from '../../context.ts'
import { InvalidRequestError, PayloadTooLargeError, UnsupportedMediaTypeError } from '../../errors.ts'
import { type Line, linesOf } from '../../lines.ts'
import { NDJSON } from '../../openapi/document.ts'
import { decodeUtf8, parseJson } from '../../parse-json.ts'
import { MAX_BODY_BYTES } from '../../read-json.ts'
import { readQuery } from '../../read-query.ts'
import { type RequestSlots, type Slot, whileHeld } from '../../slots.ts'
import { unknownKeys } from '../../wire/unknown-keys.ts'
import { BatchLine, UploadQuery } from '../../wire/batches.ts'
import { uploadView } from '../../wire/batch-views.ts'

const WHAT = 'The line'
/** After which the slot of an upload without a whole line is taken for lost. */
const SILENT_MS = 600_000

export interface UploadDeps {
  readonly uploadItems: Pick<UploadItems, 'execute'>
  readonly slots: Pick<RequestSlots, 'readers'>
}

/**
 * `PUT /batches/{id}/items`. It holds a slot: a caller that sends slowly keeps a line and a chunk of lines in memory.
 * @throws {TooManyAtOnceError}, and what `uploadItems` throws.
 */
export async function upload(c: Context<AppEnv, '/:id'>, { uploadItems, slots }: UploadDeps): Promise<Response> {
  const { from } = readQuery(c, UploadQuery)
  checkMediaType(c)
  const tenantId = tenantOf(c)
  const slot = slots.readers.take(tenantId, SILENT_MS)
  const lines = uploadedLines(c.req.raw.body, slot)
  return whileHeld(slot, async () =>
    c.json(uploadView(await uploadItems.execute({ tenantId, batchId: c.req.param('id'), from, lines }))),
  )
}

/** @throws {UnsupportedMediaTypeError} */
function checkMediaType(c: Context): void {
  const given = c.req.header('content-type')
  const [type = ''] = (given ?? '').toLowerCase().split(';')
  if (!/^application\/(?:x-)?(?:ndjson|jsonl)$/.test(type.trim())) throw new UnsupportedMediaTypeError(given, NDJSON)
  const encoding = c.req.header('content-encoding')
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new UnsupportedMediaTypeError(`${encoding}-encoded`, NDJSON)
}

async function* uploadedLines(body: ReadableStream<Uint8Array> | null, slot: Slot): AsyncGenerator<UploadedLine> {
  if (!body) return
  for await (const line of linesOf(body, MAX_BODY_BYTES)) {
    slot.renew()
    yield lineIn(line)
  }
}

/** A line that cannot be read is a failed item, and not the end of the upload. */
function lineIn(line: Line): UploadedLine {
  let json: unknown
  try {
    if (line === null) throw new PayloadTooLargeError(MAX_BODY_BYTES, WHAT)
    json = parseJson(decodeUtf8(line, WHAT), WHAT)
    const parsed = BatchLine.safeParse(json, { error: unknownKeys })
    if (!parsed.success) throw new InvalidRequestError(describeIssues(parsed.error.issues))
    return { item: itemIn(parsed.data), bytes: line.length }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { problem: { code: error.code, message: error.message, ...keyIn(json) } }
  }
}

/** The key of a line that is no item. */
function keyIn(json: unknown): { readonly key?: string } {
  if (typeof json !== 'object' || json === null || !('key' in json)) return {}
  return typeof json.key === 'string' ? { key: json.key } : {}
}

export function itemIn({ key, input, metadata, source }: ReturnType<typeof BatchLine.parse>) {
  return { key: key ?? null, input, metadata: metadata ?? {}, source: source ?? null }
}
