import { onceKey } from '../../once.ts'
import { type ConsoleRoute, get, post } from '../../route.ts'
import type { Visit } from '../../visit.ts'
import { showSchedules } from './list.ts'
import { showSchedule } from './schedule.ts'

export const SCHEDULES: readonly ConsoleRoute[] = [
  get('/schedules', showSchedules),
  get('/schedules/:id', showSchedule),
  act('pause', ({ api }, id) => api.schedules.pause(id), 'Paused.'),
  act('resume', ({ api }, id) => api.schedules.resume(id), 'The schedule goes on.'),
  act('delete', ({ api }, id) => api.schedules.delete(id), 'Deleted: it does not fire any more.'),
  post('/schedules/:id/run', async ({ api, param, form }) => {
    const id = param('id')
    const { jobId } = await api.schedules.run(id, { idempotencyKey: await onceKey(await form()) })
    return { to: pathOf(id), notice: `It fires now. Its job is ${jobId}, unless its limit is reached.` }
  }),
]

function act(action: string, carryOut: (visit: Visit, id: string) => Promise<unknown>, notice: string): ConsoleRoute {
  return post(`/schedules/:id/${action}`, async (visit) => {
    const id = visit.param('id')
    await carryOut(visit, id)
    return { to: pathOf(id), notice }
  })
}

function pathOf(id: string): string {
  return `/schedules/${encodeURIComponent(id)}`
}
