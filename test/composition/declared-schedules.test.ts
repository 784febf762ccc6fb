import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { ReadSchedules } from '#application/schedule/read-schedules.ts'
import { PutSchedule } from '#application/schedule/put-schedule.ts'
import { type ScheduleDefinition, defineSchedule } from '#composition/config/define-schedule.ts'
import { defineConfig } from '#composition/config/config.ts'
import { openNodeApp } from '#composition/node/app.ts'
import { addOutbound } from '#composition/node/outbound.ts'
import { reconcileSchedules } from '#composition/reconcile-schedules.ts'
import { parseNodeSettings } from '#composition/settings/settings.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { DEFAULT_TENANT } from '#domain/tenant/policy.ts'
import { TILL } from '#test/support/fixtures.ts'

const planner = defineAgent({ name: 'planner', instructions: '', input: z.object({ week: z.boolean() }) })
const when = { cron: '0 7 * * 1', timeZone: 'Europe/Stockholm' }
const weekly: ScheduleDefinition = { id: 'weekly-plan', agent: planner, input: { week: true }, when }

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'errand-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** The start of a server with these schedules, on the data of the starts before. */
async function start(schedules: readonly ReturnType<typeof defineSchedule>[]) {
  const settings = parseNodeSettings({ ERRAND_DATA_DIR: folder })
  const { container, storage } = await openNodeApp(settings, { config: defineConfig({ agents: [planner], schedules }) })
  addOutbound(container, settings)
  try {
    await reconcileSchedules(container)
    const filter = { status: null }
    const read = container.resolve(ReadSchedules)
    const { schedules: all } = await read.list({ tenantId: DEFAULT_TENANT, filter, size: 10, after: null })
    return all
  } finally {
    await storage.close()
  }
}

describe('schedules that the config declares', () => {
  test('are set up at the start, shown as declared, and kept as they are by the next start', async () => {
    const [first] = await start([defineSchedule(weekly)])
    expect(first).toMatchObject({ scheduleId: 'weekly-plan', declaredBy: 'code', status: 'active', version: 1 })
    expect(await start([defineSchedule(weekly)])).toEqual([first])
  })

  test('are changed by a start that declares them otherwise, and keep their cadence', async () => {
    const [first] = await start([defineSchedule(weekly)])
    const [second] = await start([defineSchedule({ ...weekly, tags: ['plan'], overlap: 'allow' })])
    expect(second).toMatchObject({ spec: { tags: ['plan'], overlap: 'allow' }, generation: first?.generation })
  })

  test('are ended by a start that declares them no longer; those of callers stay', async () => {
    await start([defineSchedule(weekly)])
    const settings = parseNodeSettings({ ERRAND_DATA_DIR: folder })
    const project = { config: defineConfig({ agents: [planner] }) }
    const { container, storage } = await openNodeApp(settings, project)
    addOutbound(container, settings)
    const spec = { agent: 'planner', input: { week: false }, when: { everySeconds: 60 } }
    const key = { tenantId: DEFAULT_TENANT, scheduleId: 'mine', by: TILL }
    await container.resolve(PutSchedule).execute({ ...key, spec })
    await storage.close()
    expect((await start([])).map(({ scheduleId }) => scheduleId)).toEqual(['mine'])
  })

  test('stop the start with their id where their input does not fit the agent', async () => {
    await expect(start([defineSchedule({ ...weekly, input: {} })])).rejects.toThrow(
      'Schedule "weekly-plan": The input does not fit agent "planner"',
    )
  })

  test.each([
    { fields: { agent: 'unlisted' }, says: 'Schedule "weekly-plan" names the agent "unlisted"' },
    { fields: { when: { cron: '0 25 * * *', timeZone: 'UTC' } }, says: 'Schedule "weekly-plan": "0 25' },
    { fields: { when: { ...when, timeZone: 'Europe/Stokholm' } }, says: '"Europe/Stokholm" is no time zone' },
  ])('stop the start with $fields', async ({ fields, says }) => {
    await expect(start([defineSchedule({ ...weekly, ...fields })])).rejects.toThrow(says)
  })

  test('two of one id stop the start', async () => {
    await expect(start([defineSchedule(weekly), defineSchedule(weekly)])).rejects.toThrow('Two schedules have the id')
  })
})

describe('defineSchedule', () => {
  test.each([
    { fields: { id: 'a b' }, says: '"a b" is none' },
    { fields: { every: 5 }, says: 'Schedule "weekly-plan": Unrecognized key: "every"' },
    { fields: { retries: 5 }, says: 'Unrecognized key: "retries". There are agent, ' },
    { fields: { merge: 'all' }, says: 'Unrecognized key: "merge"' },
    { fields: { when: { every: 5 } }, says: 'Schedule "weekly-plan": when: must be' },
  ])('refuses $fields', ({ fields, says }) => {
    expect(() => defineSchedule({ ...weekly, ...(fields as object) })).toThrow(says)
  })

  test('a config refuses a schedule that was not made with it', async () => {
    const bare = { tenantId: 'default', scheduleId: 'x', spec: { agent: 'planner', input: 1, when } }
    await expect(start([bare])).rejects.toThrow('Of the schedules, entry 1 was not made with defineSchedule')
  })
})
