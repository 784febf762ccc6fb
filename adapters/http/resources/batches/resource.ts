import { type Context, Hono } from 'hono'
import type { BatchCommand, BatchState, Batches } from '#application/batch/batches.ts'
import type { ListBatches } from '#application/batch/list-batches.ts'
import type { ReadItems } from '#application/batch/read-items.ts'
import type { UploadItems } from '#application/batch/upload-items.ts'
import type { Clock } from '#ports/clock.ts'
import { type AppEnv, callerOf, tenantOf } from '../../context.ts'
import { STALLED_MS, holdWhileRead } from '../../held-stream.ts'
import { NDJSON } from '../../openapi/document.ts'
import { readJson } from '../../read-json.ts'
import { readQuery } from '../../read-query.ts'
import { idempotencyKey } from '../../request-headers.ts'
import type { Resource } from '../../resource.ts'
import { GRACE_MS, type RequestSlots } from '../../slots.ts'
import { SSE_HEADERS } from '../../sse.ts'
import { batchView, itemPageView } from '../../wire/batch-views.ts'
import { BatchRequest, BatchesQuery, ItemsQuery, MAX_INLINE_ITEMS, ResultsQuery } from '../../wire/batches.ts'
import { cursorOf, tokenOf } from '../../wire/listing-views.ts'
import { createBatch } from './create.ts'
import { progressStream } from './progress.ts'
import { resultStream } from './results.ts'
import { BATCH_REFUSALS, BATCH_ROUTES } from './routes.ts'
import { upload } from './upload.ts'

export interface BatchResourceDeps {
  readonly batches: Batches
  readonly listBatches: Pick<ListBatches, 'execute'>
  readonly uploadItems: Pick<UploadItems, 'execute'>
  readonly readItems: Pick<ReadItems, 'page'>
  readonly itemResults: Pick<ReadItems, 'results'>
  readonly slots: Pick<RequestSlots, 'readers'>
  readonly clock: Clock
}

/** Members of one item beside its input: its key and its notes. */
const VALUES_OF_ITEM = 40

export function batchResource(deps: BatchResourceDeps): Resource {
  return { path: '/batches', routes: BATCH_ROUTES, refusals: BATCH_REFUSALS, app: served(deps) }
}

function served(deps: BatchResourceDeps): Hono<AppEnv> {
  const { batches, listBatches, uploadItems, readItems, itemResults, clock } = deps
  const command = (path: string, run: (said: BatchCommand) => Promise<BatchState>) =>
    [path, async (c: Context<AppEnv, '/:id'>) => c.json(batchView(await run(commandOf(c)), clock.now()))] as const
  return new Hono<AppEnv>()
    .post('/', async (c) => {
      const key = idempotencyKey(c)
      const body = await readJson(c, BatchRequest, MAX_INLINE_ITEMS * VALUES_OF_ITEM)
      const { created, ...state } = await createBatch(deps, { ...callerOf(c), body, idempotencyKey: key })
      if (!created) c.header('idempotency-replayed', 'true')
      c.header('location', `/batches/${state.batch.id}`)
      return c.json(batchView(state, clock.now()), 201)
    })
    .get('/', async (c) => {
      const { page_size: size, page_token: token } = readQuery(c, BatchesQuery)
      const page = await listBatches.execute({ tenantId: tenantOf(c), size, after: cursorOf(token) })
      const shown = page.batches.map((state) => batchView(state, clock.now()))
      return c.json({ batches: shown, ...(page.next && { next_page_token: tokenOf(page.next) }) })
    })
    .get('/:id', async (c) => c.json(batchView(await batches.get(keyOf(c)), clock.now())))
    .put('/:id/items', (c) => upload(c, uploadItems))
    .get('/:id/items', async (c) => {
      const { status, page_size: size, page_token: after = 0 } = readQuery(c, ItemsQuery)
      return c.json(itemPageView(await readItems.page({ ...keyOf(c), status, after, size })))
    })
    .get('/:id/results', async (c) => {
      const { status, after = 0 } = readQuery(c, ResultsQuery)
      const stream = await resultStream(itemResults, { ...keyOf(c), status, after })
      return c.body(stream, 200, { 'content-type': NDJSON })
    })
    .get('/:id/events', (c) => watch(c, deps))
    .post(...command('/:id/close', (said) => batches.close(said)))
    .post(...command('/:id/pause', (said) => batches.pause(said)))
    .post(...command('/:id/resume', (said) => batches.resume(said)))
    .post(...command('/:id/cancel', (said) => batches.cancel(said)))
    .post(...command('/:id/retry-failed', (said) => batches.retryFailed(said)))
}

async function watch(c: Context<AppEnv, '/:id'>, deps: BatchResourceDeps): Promise<Response> {
  const key = keyOf(c)
  if (c.req.method === 'HEAD') {
    // A stream would be opened, and neither read nor ended.
    await deps.batches.get(key)
    return c.body(null, 200, SSE_HEADERS)
  }
  const slot = deps.slots.readers.take(key.tenantId, STALLED_MS + GRACE_MS)
  try {
    return c.body(holdWhileRead(await progressStream(deps, key), slot, deps.clock), 200, SSE_HEADERS)
  } catch (error) {
    slot.release()
    throw error
  }
}

function keyOf(c: Context<AppEnv, '/:id'>): { readonly tenantId: string; readonly batchId: string } {
  return { tenantId: tenantOf(c), batchId: c.req.param('id') }
}

function commandOf(c: Context<AppEnv, '/:id'>): BatchCommand {
  return { ...callerOf(c), batchId: c.req.param('id') }
}
