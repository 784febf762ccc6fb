import type { Job } from '#adapters/client/types.ts'
import { createOnce, createdNotice, onceKey } from '../../once.ts'
import type { Done } from '../../route.ts'
import { type ConsoleRoute, get, post } from '../../route.ts'
import type { Visit } from '../../visit.ts'
import { isFromInbox, resolveCall } from './answer.ts'
import { editPage, runAgain } from './edit.ts'
import { jobPage } from './page.ts'

export const JOB: readonly ConsoleRoute[] = [
  get('/jobs/:id', (visit) => jobPage(visit)),
  // The browser cannot send the key with an EventSource, so its session stands for it here.
  get('/jobs/:id/events', ({ raw, param, query, request }) => {
    // An EventSource that connects again says what it has seen, and its address still has where it began.
    const after = request.headers.get('last-event-id') ?? query.get('after') ?? '0'
    return raw.pass(`/jobs/${encodeURIComponent(param('id'))}/events?after=${encodeURIComponent(after)}`)
  }),
  get('/jobs/:id/edit', editPage),
  post('/jobs/:id/edit', runAgain),
  post('/jobs/:id/cancel', async (visit) => {
    await visit.api.cancel(visit.param('id'))
    return backToJob(visit, 'The job is canceled as soon as its executor has stopped.')
  }),
  post('/jobs/:id/retry', async (visit) => {
    const path = `/jobs/${encodeURIComponent(visit.param('id'))}/retry`
    const created = await createOnce<Job>(visit, path, { key: await onceKey(await visit.form()) })
    return { to: `/jobs/${created.made.id}`, notice: createdNotice(created, 'Submitted again, as this job.') }
  }),
  post('/jobs/:id/delete', async ({ api, param }) => {
    await api.delete(param('id'))
    return { to: '/jobs', notice: `Job ${param('id')} is deleted.` }
  }),
  post('/jobs/:id/calls/:callId/resolve', resolveCall),
  post('/jobs/:id/deliveries/:delivery/redeliver', async (visit) => {
    await visit.api.redeliver({ jobId: visit.param('id'), id: visit.param('delivery') })
    const notice = 'The message is sent again.'
    return isFromInbox(visit) ? { to: '/inbox', notice } : backToJob(visit, notice)
  }),
]

function backToJob(visit: Visit, notice: string): Done {
  return { to: `/jobs/${visit.param('id')}`, notice }
}
