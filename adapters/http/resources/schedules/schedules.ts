import { type Context, Hono } from 'hono'
import type { ControlSchedule } from '#application/schedule/control-schedule.ts'
import type { DeleteSchedule } from '#application/schedule/delete-schedule.ts'
import type { PutSchedule } from '#application/schedule/put-schedule.ts'
import type { ReadSchedules } from '#application/schedule/read-schedules.ts'
import type { ScheduleAnswer, ScheduleKey } from '#application/schedule/schedule-command.ts'
import type { Schedule } from '#domain/schedule/schedule.ts'
import { type AppEnv, callerOf, demand, mayRead, tenantOf } from '../../context.ts'
import { nextPage } from '../../next-page.ts'
import { readJson } from '../../read-json.ts'
import { readQuery } from '../../read-query.ts'
import { idempotencyKey } from '../../request-headers.ts'
import { epochMs } from '../../wire/common.ts'
import { BackfillRequest, DeleteScheduleQuery, ScheduleQuery, ScheduleRequest } from '../../wire/schedule-requests.ts'
import { type ScheduleView, scheduleInputOf, schedulePageView, scheduleView } from '../../wire/schedule-views.ts'

export interface ScheduleUseCases {
  readonly putSchedule: Pick<PutSchedule, 'execute'>
  readonly deleteSchedule: Pick<DeleteSchedule, 'execute'>
  readonly controlSchedule: Pick<ControlSchedule, 'pause' | 'resume' | 'run' | 'backfill'>
  readonly readSchedules: Pick<ReadSchedules, 'get' | 'list' | 'upcoming'>
}

export function schedules(use: ScheduleUseCases): Hono<AppEnv> {
  const shown = (c: Context<AppEnv>, schedule: Schedule): ScheduleView =>
    scheduleView({ schedule, upcoming: use.readSchedules.upcoming(schedule) }, mayRead(c))
  const answered = (c: Context<AppEnv>, { schedule, ignored }: ScheduleAnswer): ScheduleView => ({
    ...shown(c, schedule),
    ...(ignored && { ignored }),
  })
  return new Hono<AppEnv>()
    .get('/', async (c) => {
      const {
        page_size: size,
        page_token: after = null,
        status = null,
        id_prefix: idPrefix,
        ...same
      } = readQuery(c, ScheduleQuery)
      const filter = { ...same, status, idPrefix }
      const page = schedulePageView(await use.readSchedules.list({ tenantId: tenantOf(c), filter, size, after }))
      if (page.next_page_token !== undefined)
        c.header('link', `<${nextPage(c.req.url, page.next_page_token)}>; rel="next"`)
      return c.json(page)
    })
    .get('/:id', async (c) => {
      const found = await use.readSchedules.get(tenantOf(c), c.req.param('id'))
      return c.json(scheduleView(found, mayRead(c)))
    })
    .put('/:id', async (c) => {
      const { occurredAt, ...body } = await readJson(c, ScheduleRequest)
      if (body.writes === 'apply') demand(c, 'approve')
      const spec = scheduleInputOf(body)
      const answer = await use.putSchedule.execute({ ...keyOf(c), spec, occurredAt: msOf(occurredAt) })
      c.header('location', `/schedules/${answer.schedule.scheduleId}`)
      return c.json(answered(c, answer), answer.created ? 201 : 200)
    })
    .delete('/:id', async (c) => {
      const { occurred_at: occurredAt } = readQuery(c, DeleteScheduleQuery)
      const answer = await use.deleteSchedule.execute({ ...keyOf(c), occurredAt: msOf(occurredAt) })
      return c.json(answered(c, answer))
    })
    .post('/:id/pause', async (c) => c.json(shown(c, await use.controlSchedule.pause(keyOf(c)))))
    .post('/:id/resume', async (c) => c.json(shown(c, await use.controlSchedule.resume(keyOf(c)))))
    .post('/:id/run', async (c) => {
      const key = keyOf(c)
      const { jobId } = await use.controlSchedule.run({ ...key, idempotencyKey: idempotencyKey(c) })
      const job = `/jobs/${jobId}`
      c.header('location', job)
      return c.json({ jobId, links: { job, schedule: `/schedules/${key.scheduleId}` } }, 202)
    })
    .post('/:id/backfill', async (c) => {
      const { from, to } = await readJson(c, BackfillRequest)
      const schedule = await use.controlSchedule.backfill({ ...keyOf(c), from: epochMs(from), to: epochMs(to) })
      return c.json(shown(c, schedule), 202)
    })
}

function keyOf(c: Context<AppEnv, '/:id'>): ScheduleKey {
  return { ...callerOf(c), scheduleId: c.req.param('id') }
}

function msOf(time: string | undefined): number | null {
  return time === undefined ? null : epochMs(time)
}
