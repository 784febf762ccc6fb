import { type Context, Hono } from 'hono'
import type { BatchCommand, BatchKey, BatchState, Batches } from '#application/batch/batches.ts'
import type { ListBatches } from '#application/batch/list-batches.ts'
import type { ReadItems } from '#application/batch/read-items.ts'
import type { UploadItems } from '#application/batch/upload-items.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { type AppEnv, callerOf, demand, mayApprove, mayRead, tenantOf } from '../../context.ts'
import { STALLED_MS, faultsOf, holdWhileRead } from '../../held-stream.ts'
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
import { type DeliveriesDeps, deliveries } from './deliveries.ts'
import { progressStream } from './progress.ts'
import { resultStream } from './results.ts'
import { BATCH_REFUSALS, BATCH_ROUTES } from './routes.ts'
import { upload } from './upload.ts'

export interface BatchResourceDeps extends DeliveriesDeps {
  readonly batches: Batches
  readonly listBatches: Pick<ListBatches, 'execute'>
  readonly uploadItems: Pick<UploadItems, 'execute'>
  readonly readItems: Pick<ReadItems, 'page'>
  readonly itemResults: Pick<ReadItems, 'results'>
  readonly slots: Pick<RequestSlots, 'readers'>
  readonly clock: Clock
  readonly logger: Logger
}

const RESULTS = { 'content-type': NDJSON }

/** Members of one item beside its input: its key and its notes. */
const VALUES_OF_ITEM = 40

export function batchResource(deps: BatchResourceDeps): Resource {
  return { path: '/batches', routes: BATCH_ROUTES, refusals: BATCH_REFUSALS, app: served(deps) }
}

function served(deps: BatchResourceDeps): Hono<AppEnv> {
  const { batches, listBatches, readItems, itemResults, clock } = deps
  const shown = (c: Context<AppEnv>, state: BatchState) => batchView(state, { now: clock.now(), mayRead: mayRead(c) })
  const command = (path: string, run: (said: BatchCommand) => Promise<BatchState>) =>
    [path, async (c: Context<AppEnv, '/:id'>) => c.json(shown(c, await run(commandOf(c))))] as const
  return new Hono<AppEnv>()
    .post('/', async (c) => {
      const key = idempotencyKey(c)
      const body = await readJson(c, BatchRequest, MAX_INLINE_ITEMS * VALUES_OF_ITEM)
      if (body.writes === 'apply') demand(c, 'approve')
      const { created, ...state } = await createBatch(deps, { ...callerOf(c), body, idempotencyKey: key })
      if (!created) c.header('idempotency-replayed', 'true')
      c.header('location', `/batches/${state.batch.id}`)
      return c.json(shown(c, state), 201)
    })
    .get('/', async (c) => {
      const { needs, page_size: size, page_token: token } = readQuery(c, BatchesQuery)
      const narrow = needs && ({ hasFailedCallback: true } as const)
      const page = await listBatches.execute({ tenantId: tenantOf(c), size, after: cursorOf(token), ...narrow })
      const views = page.batches.map((state) => shown(c, state))
      return c.json({ batches: views, ...(page.next && { next_page_token: tokenOf(page.next) }) })
    })
    .get('/:id', async (c) => c.json(shown(c, await batches.get(keyOf(c)))))
    .put('/:id/items', async (c) => {
      // What an item is decides what is written.
      if (!mayApprove(c) && (await batches.get(keyOf(c))).batch.writes === 'apply') demand(c, 'approve')
      return upload(c, deps)
    })
    .get('/:id/items', async (c) => {
      const { status, page_size: size, page_token: after = 0 } = readQuery(c, ItemsQuery)
      return c.json(itemPageView(await readItems.page({ ...keyOf(c), status, after, size })))
    })
    .get('/:id/results', async (c) => {
      const { status, after = 0 } = readQuery(c, ResultsQuery)
      return streamed(c, { ...deps, headers: RESULTS }, (key) => resultStream(itemResults, { ...key, status, after }))
    })
    .get('/:id/events', (c) => streamed(c, { ...deps, headers: SSE_HEADERS }, (key) => progressStream(deps, key)))
    .route('/', deliveries(deps))
    .post(...command('/:id/close', (said) => batches.close(said)))
    .post(...command('/:id/pause', (said) => batches.pause(said)))
    .post(...command('/:id/resume', (said) => batches.resume(said)))
    .post(...command('/:id/cancel', (said) => batches.cancel(said)))
    .post(...command('/:id/retry-failed', (said) => batches.retryFailed(said)))
}

interface Streaming extends Pick<BatchResourceDeps, 'batches' | 'slots' | 'clock' | 'logger'> {
  readonly headers: Readonly<Record<string, string>>
}

/** A stream that holds a slot while it is read. @throws {TooManyAtOnceError}, and what `open` throws. */
async function streamed(
  c: Context<AppEnv, '/:id'>,
  { batches, slots, clock, logger, headers }: Streaming,
  open: (key: BatchKey) => Promise<ReadableStream<Uint8Array>>,
): Promise<Response> {
  const key = keyOf(c)
  if (c.req.method === 'HEAD') {
    // A stream would be opened, and neither read nor ended.
    await batches.get(key)
    return c.body(null, 200, headers)
  }
  const slot = slots.readers.take(key.tenantId, STALLED_MS + GRACE_MS)
  try {
    return c.body(holdWhileRead(await open(key), slot, { clock, ...faultsOf(c, logger) }), 200, headers)
  } catch (error) {
    slot.release()
    throw error
  }
}

function keyOf(c: Context<AppEnv, '/:id'>): BatchKey {
  return { tenantId: tenantOf(c), batchId: c.req.param('id') }
}

function commandOf(c: Context<AppEnv, '/:id'>): BatchCommand {
  return { ...callerOf(c), batchId: c.req.param('id') }
}
