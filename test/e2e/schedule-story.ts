import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { eventually } from '#test/support/eventually.ts'
import type { Caller, JobBody } from './caller.ts'

interface ScheduleBody {
  readonly id: string
  readonly status: string
  readonly nextFireAt: string | null
  readonly next: readonly { readonly at: string; readonly local: string }[]
  readonly fires: readonly { readonly outcome: string; readonly cause: string; readonly jobId?: string }[]
  readonly schedules: readonly { readonly id: string }[]
  readonly ignored?: true
}

const WORK = { agent: 'draft-writer', input: { product: 'oak-board' } }

/** Work that starts itself, as a client sees it. */
export async function scheduleStory(acme: Caller, other: Caller): Promise<void> {
  const put = (id: string, fields: object) =>
    acme.json<ScheduleBody>('PUT', `/schedules/${id}`, { body: { ...WORK, ...fields } })
  const get = (id: string) => acme.json<ScheduleBody>('GET', `/schedules/${id}`)

  await put('soon', { when: { delaySeconds: 1 } })
  await eventually(async () => {
    const { status, fires } = await get('soon')
    deepStrictEqual([status, fires.map(({ outcome }) => outcome)], ['ended', ['submitted']])
  })
  const [fire] = (await get('soon')).fires
  const done = await acme.json<JobBody>('GET', `/jobs/${fire?.jobId ?? ''}?wait=60`)
  strictEqual(done.status, 'completed')

  const plan = await put('plan', { when: { cron: '0 7 * * 1', timeZone: 'Europe/Stockholm' } })
  strictEqual(plan.next.length, 10)
  strictEqual(plan.next[0]?.local.slice(10, 19), 'T07:00:00')
  const { jobId } = await acme.json<{ jobId: string }>('POST', '/schedules/plan/run')
  await eventually(async () => {
    strictEqual((await acme.json<JobBody>('GET', `/jobs/${jobId}?wait=60`)).status, 'completed')
  })
  strictEqual((await get('plan')).nextFireAt, plan.nextFireAt)

  strictEqual((await acme.json<ScheduleBody>('POST', '/schedules/plan/pause')).status, 'paused')
  strictEqual((await other.ask('GET', '/schedules/plan')).status, 404)
  await eventually(async () => {
    const { schedules } = await acme.json<ScheduleBody>('GET', '/schedules?status=paused')
    deepStrictEqual(
      schedules.map(({ id }) => id),
      ['plan'],
    )
  })
  strictEqual((await acme.json<ScheduleBody>('DELETE', '/schedules/plan')).status, 'ended')

  await acme.ask('DELETE', '/schedules/cart?occurred_at=2026-11-28T12:00:00Z')
  const late = await put('cart', { when: { delaySeconds: 1 }, occurredAt: '2026-11-28T11:00:00Z' })
  deepStrictEqual([late.status, late.ignored], ['ended', true])
}
