import { type Context, Hono } from 'hono'
import type { GetJob } from '#application/job/get-job.ts'
import type { RetryJob } from '#application/job/retry-job.ts'
import type { SubmitJob } from '#application/job/submit-job.ts'
import type { JobCommand } from '#application/job/write-to-job.ts'
import { type JobRecord, isFinished } from '#domain/job/job.ts'
import type { JobStart } from '#domain/job/start.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Created } from '#ports/job-store.ts'
import { type AppEnv, callerOf, demand, mayRead, tenantOf } from '../../context.ts'
import { readJson } from '../../read-json.ts'
import { permittedResolution } from '../../resolution.ts'
import { readQuery } from '../../read-query.ts'
import { type RequestTraceDeps, requestTrace } from '../../request-trace.ts'
import { idempotencyKey, isKnown, lastEventId, preferredWait } from '../../request-headers.ts'
import { type HeldStreamOptions, STALLED_MS, faultsOf, holdWhileRead } from '../../held-stream.ts'
import { GRACE_MS, type RequestSlots, whileHeld } from '../../slots.ts'
import { SSE_HEADERS } from '../../sse.ts'
import { epochMs } from '../../wire/common.ts'
import { EventsQuery, JobQuery, ResolutionRequest, type SubmitBody, SubmitRequest } from '../../wire/requests.ts'
import { jobOptionsOf } from '../../wire/job-options.ts'
import { jobView } from '../../wire/views.ts'
import type { JobHome, OpenEvents } from './job-home.ts'

export interface JobsDeps extends JobHome, RequestTraceDeps {
  readonly submitJob: Pick<SubmitJob, 'execute'>
  readonly retryJob: Pick<RetryJob, 'execute'>
  readonly getJob: Pick<GetJob, 'execute'>
  readonly slots: Pick<RequestSlots, 'readers'>
  readonly clock: Clock
  readonly logger: Logger
}

export function jobs(deps: JobsDeps): Hono<AppEnv> {
  const { submitJob, retryJob, cancelJob, resolveCall, deleteJob } = deps
  return new Hono<AppEnv>()
    .post('/', async (c) => {
      const trace = requestTrace(c, deps)
      const key = idempotencyKey(c)
      const { agent, input, ...said } = await readJson(c, SubmitRequest)
      // Else a key that may only submit would write what its agent leaves to a person.
      if (said.writes === 'apply') demand(c, 'approve')
      const command = {
        ...callerOf(c),
        agent,
        input,
        options: optionsOf(said),
        start: startOf(said),
        idempotencyKey: key,
        trace,
      }
      return accepted(c, await submitJob.execute(command), deps)
    })
    .post('/:id/retry', async (c) => {
      const command = { ...commandOf(c), idempotencyKey: idempotencyKey(c) }
      return accepted(c, await retryJob.execute(command), deps)
    })
    .get('/:id', (c) => show(c, deps))
    .delete('/:id', async (c) => {
      await deleteJob.execute(commandOf(c))
      return c.body(null, 204)
    })
    .get('/:id/events', async (c) => {
      const { after, follow } = readQuery(c, EventsQuery)
      if (c.req.method === 'HEAD') {
        // A stream would be opened, and neither read nor ended.
        await deps.getJob.execute(keyOf(c))
        return c.body(null, 200, SSE_HEADERS)
      }
      const query = { ...keyOf(c), after: after ?? lastEventId(c), follow: follow !== 'false' }
      return c.body(await watch(query, { ...deps, ...faultsOf(c, deps.logger) }), 200, SSE_HEADERS)
    })
    .post('/:id/cancel', async (c) => {
      const job = await cancelJob.execute(commandOf(c))
      // In execution until its executor has stopped; then it is canceled for good.
      return shown(c, job, isFinished(job) ? 200 : 202)
    })
    .post('/:id/calls/:callId/resolve', async (c) => {
      const resolution = permittedResolution(c, await readJson(c, ResolutionRequest))
      return shown(c, await resolveCall.execute({ ...commandOf(c), call: c.req.param('callId'), resolution }), 200)
    })
}

/** The stream of a job's events, for as long as the caller holds a slot. @throws {JobNotFoundError} {TooManyAtOnceError} */
async function watch(query: Parameters<OpenEvents>[0], { openEvents, slots, ...held }: JobsDeps & HeldStreamOptions) {
  const slot = slots.readers.take(query.tenantId, STALLED_MS + GRACE_MS)
  try {
    return holdWhileRead(await openEvents(query), slot, held)
  } catch (error) {
    slot.release()
    throw error
  }
}

async function show(c: Context<AppEnv, '/:id'>, deps: JobsDeps): Promise<Response> {
  const { wait = 0 } = readQuery(c, JobQuery)
  const key = keyOf(c)
  const waitMs = wait * 1000
  const job =
    wait === 0
      ? await deps.getJob.execute(key)
      : await whileHeld(deps.slots.readers.take(key.tenantId, waitMs + GRACE_MS), () =>
          deps.waitForJob.execute({ ...key, waitMs, signal: c.req.raw.signal }),
        )
  const etag = etagOf(job)
  return isKnown(c, etag) ? c.body(null, 304, { etag }) : shown(c, job, 200)
}

/** 202 and where to look; or the finished job, for a caller who prefers to wait and whose time was long enough. */
async function accepted(
  c: Context<AppEnv>,
  { job, created }: Created,
  { waitForJob, slots }: JobsDeps,
): Promise<Response> {
  const { id: jobId, tenantId } = job
  if (!created) c.header('idempotency-replayed', 'true')
  c.header('location', `/jobs/${jobId}`)
  const wait = preferredWait(c)
  const waitMs = (wait ?? 0) * 1000
  // The job is accepted already. A preference need not be honoured, so where too many wait the caller just does not.
  const slot = wait === null ? null : slots.readers.takeIfFree(tenantId, waitMs + GRACE_MS)
  if (slot === null) return onItsWay(c, job)
  c.header('preference-applied', `wait=${String(wait)}`)
  const query = { tenantId, jobId, waitMs, signal: c.req.raw.signal }
  const then = await whileHeld(slot, () => waitForJob.execute(query))
  return isFinished(then) ? shown(c, then, 200) : onItsWay(c, then)
}

function onItsWay(c: Context<AppEnv>, job: JobRecord): Response {
  c.header('retry-after', '1')
  return shown(c, job, 202)
}

/** The job, as far as the caller may see it; with its version, wherever it is what `GET` would show. */
function shown(c: Context<AppEnv>, job: JobRecord, status: 200 | 202): Response {
  if (mayRead(c)) c.header('etag', etagOf(job))
  return c.json(jobView(job, mayRead(c)), status)
}

/** Of the run too: a job that was deleted and submitted again under its idempotency key counts its versions from 1 again. */
function etagOf({ runId, version }: JobRecord): string {
  return `"${runId.replace(/^run_/, '')}.${String(version)}"`
}

function optionsOf({ batch, writes, ...said }: Omit<SubmitBody, 'agent' | 'input'>) {
  return { ...jobOptionsOf(said), ...(batch !== undefined && { batch }), ...(writes && { writes }) }
}

function startOf({ runAt, delaySeconds }: Pick<SubmitBody, 'runAt' | 'delaySeconds'>): JobStart | null {
  if (runAt !== undefined) return { at: epochMs(runAt) }
  return delaySeconds === undefined ? null : { delayMs: delaySeconds * 1000 }
}

function keyOf(c: Context<AppEnv, '/:id'>): { readonly tenantId: string; readonly jobId: string } {
  return { tenantId: tenantOf(c), jobId: c.req.param('id') }
}

function commandOf(c: Context<AppEnv, '/:id'>): JobCommand {
  return { ...callerOf(c), jobId: c.req.param('id') }
}
