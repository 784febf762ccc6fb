import { Hono } from 'hono'
import type { GetJob } from '#application/get-job.ts'
import type { SubmitJob } from '#application/submit-job.ts'
import { readJson } from '../read-json.ts'
import { AgentRequest } from '../wire/requests.ts'
import { jobView } from '../wire/views.ts'

/** Until callers have keys, they are all one tenant. */
const TENANT = 'default'

export function jobRoutes({ submitJob, getJob }: { readonly submitJob: SubmitJob; readonly getJob: GetJob }): Hono {
  return new Hono()
    .post('/', async (c) => {
      const request = await readJson(c, AgentRequest)
      const job = jobView(await submitJob.execute({ ...request, tenantId: TENANT }))
      c.header('location', job.links.self)
      c.header('retry-after', '1')
      return c.json(job, 202)
    })
    .get('/:id', async (c) => c.json(jobView(await getJob.execute({ tenantId: TENANT, jobId: c.req.param('id') }))))
}
