import { type Context, Hono } from 'hono'
import type { CancelJob } from '#application/cancel-job.ts'
import type { GetJob } from '#application/get-job.ts'
import type { ResolveCall } from '#application/resolve-call.ts'
import type { SubmitJob } from '#application/submit-job.ts'
import type { WatchJobQuery } from '#application/watch-job.ts'
import { isFinished } from '#domain/job/job.ts'
import { InvalidRequestError } from '../http-errors.ts'
import { readJson } from '../read-json.ts'
import { SSE_HEADERS } from '../sse.ts'
import { AgentRequest, ResolutionRequest } from '../wire/requests.ts'
import { jobView } from '../wire/views.ts'

export interface JobRoutesDeps {
  readonly submitJob: SubmitJob
  readonly getJob: GetJob
  readonly cancelJob: Pick<CancelJob, 'execute'>
  readonly resolveCall: Pick<ResolveCall, 'execute'>
  readonly openEvents: OpenEvents
}

/** The job's events as Server-Sent Events, from where the job lives. @throws {JobNotFoundError} */
export type OpenEvents = (query: Omit<WatchJobQuery, 'signal'>) => Promise<ReadableStream<Uint8Array>>

/** Until callers have keys, they are all one tenant. */
const TENANT = 'default'

export function jobRoutes({ submitJob, getJob, cancelJob, resolveCall, openEvents }: JobRoutesDeps): Hono {
  return new Hono()
    .post('/', async (c) => {
      const request = await readJson(c, AgentRequest)
      const job = jobView(await submitJob.execute({ ...request, tenantId: TENANT }))
      c.header('location', job.links.self)
      c.header('retry-after', '1')
      return c.json(job, 202)
    })
    .get('/:id', async (c) => c.json(jobView(await getJob.execute(keyOf(c)))))
    .get('/:id/events', async (c) => {
      const after = eventNumber(c.req.query('after') ?? c.req.header('last-event-id'))
      return c.body(await openEvents({ ...keyOf(c), after }), 200, SSE_HEADERS)
    })
    .post('/:id/cancel', async (c) => {
      const job = await cancelJob.execute(keyOf(c))
      // In execution until its executor has stopped; then it is canceled for good.
      return c.json(jobView(job), isFinished(job) ? 200 : 202)
    })
    .post('/:id/calls/:callId/resolve', async (c) => {
      const resolution = await readJson(c, ResolutionRequest)
      return c.json(jobView(await resolveCall.execute({ ...keyOf(c), callId: c.req.param('callId'), resolution })))
    })
}

/** @throws {InvalidRequestError} */
function eventNumber(text = '0'): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidRequestError(['The number of the last event known must be a whole number'])
}

function keyOf(c: Context<object, '/:id'>): { readonly tenantId: string; readonly jobId: string } {
  return { tenantId: TENANT, jobId: c.req.param('id') }
}
