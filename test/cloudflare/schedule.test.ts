import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { recordIndexSchema } from '#adapters/cloudflare/record-index.ts'
import { apiKeySchema } from '#adapters/sql/api-keys.ts'
import { idSecretSchema } from '#adapters/sql/id-secret.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ControlSchedule } from '#application/schedule/control-schedule.ts'
import { DeleteSchedule } from '#application/schedule/delete-schedule.ts'
import { PutSchedule } from '#application/schedule/put-schedule.ts'
import { ReadSchedules } from '#application/schedule/read-schedules.ts'
import { ScheduleIds } from '#application/schedule/schedule-ids.ts'
import { type Env, compose } from '#composition/cloudflare/app.ts'
import { defineConfig } from '#composition/config/config.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { ENDED_KEPT_MS } from '#domain/schedule/schedule.ts'
import { KEYLESS } from '#domain/tenant/actor.ts'
import * as t from '#composition/tokens.ts'
import { cron } from './cron.ts'

const TENANT = 'default'
const config = defineConfig({ agents: [defineAgent({ name: 'draft-writer', instructions: 'Answer.' })] })
const container = compose(env as unknown as Env, { config })
const read = container.resolve(ReadSchedules)
const key = (scheduleId: string) => ({ tenantId: TENANT, scheduleId, by: KEYLESS })

beforeEach(async () => {
  await migrate(new D1SqlDatabase(env.JOB_INDEX), jobsSchema, recordIndexSchema, apiKeySchema, idSecretSchema)
})
afterAll(() => reset())

const put = (scheduleId: string, when: object, fields: object = {}) =>
  container.resolve(PutSchedule).execute({
    ...key(scheduleId),
    spec: { agent: 'draft-writer', input: { product: 'linen-apron' }, when, ...fields } as never,
  })

async function objectOf(scheduleId: string) {
  return env.SCHEDULE.getByName(await container.resolve(ScheduleIds).schedule(TENANT, scheduleId))
}

/** Its alarm, now. */
async function fire(scheduleId: string): Promise<void> {
  await runDurableObjectAlarm(await objectOf(scheduleId))
}

test('a schedule in its own object fires by its alarm, ends, and its job is submitted once', async () => {
  const { created } = await put('once', { delaySeconds: 0 })
  expect(created).toBe(true)
  await fire('once')
  await fire('once')
  const { schedule } = await read.get(TENANT, 'once')
  expect(schedule).toMatchObject({ status: 'ended', fires: [{ outcome: 'submitted' }] })
  const job = await container.resolve(t.JOB_INTAKE).get(TENANT, schedule.fires[0]?.jobId ?? '')
  expect(job).toMatchObject({ createdBy: { kind: 'schedule', id: 'once', for: KEYLESS } })
})

test('a second PUT moves the alarm, with one call and no entry in the index', async () => {
  await put('cart', { delaySeconds: 3600 }, { input: { product: 'a' } })
  const before = await env.JOB_INDEX.prepare('SELECT COUNT(*) AS n FROM record_index').first()
  expect((await put('cart', { delaySeconds: 7200 }, { input: { product: 'b' } })).created).toBe(false)
  expect(await env.JOB_INDEX.prepare('SELECT COUNT(*) AS n FROM record_index').first()).toEqual(before)
  const { schedule } = await read.get(TENANT, 'cart')
  await runInDurableObject((await objectOf('cart')) as never, async (_instance, { storage }) => {
    expect(await storage.getAlarm()).toBe(schedule.nextFireAt)
  })
  expect(schedule.spec.input).toEqual({ product: 'b' })
})

test('a schedule that does not exist leaves no trace of the question, and its refusal arrives as one', async () => {
  await expect(read.get(TENANT, 'nowhere')).rejects.toMatchObject({ code: 'schedule_not_found' })
  const gone = container.resolve(DeleteSchedule).execute(key('nowhere'))
  await expect(gone).rejects.toMatchObject({ code: 'schedule_not_found' })
  await runInDurableObject((await objectOf('nowhere')) as never, (_instance, { storage }) => {
    const tables = storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
    expect(tables.toArray()).toEqual([])
  })
})

test('lists show a tenant its schedules, page by page', async () => {
  for (const id of ['l1', 'l2', 'l3']) await put(id, { everySeconds: 3600 })
  const found: string[] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof read.list>> = await read.list({
      tenantId: TENANT,
      filter: { status: null },
      size: 2,
      after,
    })
    found.push(...page.schedules.map(({ scheduleId }) => scheduleId))
    after = page.next
  } while (after !== null)
  expect(found.filter((id) => id.startsWith('l')).sort()).toEqual(['l1', 'l2', 'l3'])
  expect(await read.list({ tenantId: 'other', filter: { status: null }, size: 10, after: null })).toEqual({
    schedules: [],
    next: null,
  })
})

test('a limit counts over the schedules with its key, in an object of its own', async () => {
  const limit = { key: 'contact:42', max: 1, perSeconds: 3600 }
  for (const id of ['k1', 'k2']) {
    await put(id, { delaySeconds: 0 }, { limit })
    await fire(id)
  }
  const outcomes = await Promise.all(
    ['k1', 'k2'].map(async (id) => (await read.get(TENANT, id)).schedule.fires[0]?.outcome),
  )
  expect(outcomes).toEqual(['submitted', 'limited'])
})

test('the job of the fire before is looked up in its object, and canceled there', async () => {
  await put('again', { everySeconds: 3600 }, { overlap: 'cancel_previous' })
  await put('skips', { everySeconds: 3600 }, { overlap: 'skip' })
  for (const id of ['again', 'skips']) {
    await container.resolve(ControlSchedule).run(key(id))
    await fire(id)
    expect((await read.get(TENANT, id)).schedule.openJobs.length).toBe(1)
  }
})

test('an ended schedule is looked at when it is to be removed, and again when it begins anew', async () => {
  await put('brief', { delaySeconds: 0 })
  await fire('brief')
  const { schedule } = await read.get(TENANT, 'brief')
  await env.JOB_INDEX.prepare("UPDATE record_index SET look_at = 0 WHERE kind = 'schedule'").run()
  await cron(env)
  const lookAt = async () =>
    (await env.JOB_INDEX.prepare('SELECT look_at FROM record_index WHERE id = ?').bind(schedule.id).first())?.[
      'look_at'
    ]
  expect(await lookAt()).toBe((schedule.endedAt ?? 0) + ENDED_KEPT_MS + 60_000)
  expect((await put('brief', { delaySeconds: 60 })).created).toBe(true)
  const again = await read.get(TENANT, 'brief')
  expect(await lookAt()).toBeLessThanOrEqual((again.schedule.nextFireAt ?? 0) + 60_000)
})

test('a lost alarm is found by the sweep, which sets it again', async () => {
  await put('lost', { delaySeconds: 0 })
  const stub = await objectOf('lost')
  await runInDurableObject(stub as never, (_instance, { storage }) => storage.deleteAlarm())
  await env.JOB_INDEX.prepare("UPDATE record_index SET look_at = 0 WHERE kind = 'schedule'").run()
  await cron(env)
  await fire('lost')
  expect((await read.get(TENANT, 'lost')).schedule.fires).toMatchObject([{ outcome: 'submitted' }])
})
