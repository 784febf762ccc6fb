import { createScheduledController, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, expect, test } from 'vitest'
import { type Env, compose } from '#composition/cloudflare/app.ts'
import { createHandler } from '#composition/cloudflare/handler.ts'
import { defineConfig } from '#composition/config/config.ts'
import { defineSchedule } from '#composition/config/define-schedule.ts'
import { type Agent, defineAgent } from '#domain/agent/agent.ts'

afterAll(() => reset())

const planner = defineAgent({ name: 'planner', instructions: '' })
const weekly = defineSchedule({
  id: 'weekly-plan',
  agent: planner,
  input: 'plan',
  when: { cron: '0 7 * * 1', timeZone: 'Europe/Stockholm' },
})

interface Shown {
  readonly status: string
  readonly declaredBy?: string
  readonly endedBecause?: string
}

/** A new isolate of a deploy that declares these schedules. */
function deploy(schedules: readonly ReturnType<typeof defineSchedule>[], agents: readonly Agent[] = [planner]) {
  const kept: Promise<unknown>[] = []
  const life = { waitUntil: (work: Promise<unknown>) => void kept.push(work) }
  const bindings = { ...env, ERRAND_OPEN: 'local-development' } as unknown as Env
  const config = defineConfig({ agents, schedules })
  const handler = createHandler((given) => compose(given, { config }))
  const ask = async (path: string): Promise<Response> => {
    const response = await handler.fetch(new Request(`http://localhost${path}`), bindings, life)
    await Promise.all(kept)
    return response
  }
  const shown = async (): Promise<Shown> => (await ask('/schedules/weekly-plan')).json()
  return { ask, shown, cron: () => handler.scheduled(createScheduledController(), bindings, life) }
}

test('the first request of a deploy sets up what it declares, and the next deploy ends what it no longer does', async () => {
  const first = deploy([weekly])
  await first.ask('/healthz')
  expect(await first.shown()).toMatchObject({ status: 'active', declaredBy: 'code' })
  const second = deploy([])
  await second.ask('/healthz')
  expect(await second.shown()).toMatchObject({ status: 'ended', endedBecause: 'removed_from_code' })
})

test('so does the first cron', async () => {
  const { cron, shown } = deploy([weekly])
  await cron()
  expect(await shown()).toMatchObject({ status: 'active', declaredBy: 'code' })
})

test('each deploy notes the definitions of its agents, and a new isolate of it none', async () => {
  const ask = async (instructions: string) => {
    const { ask } = deploy([], [defineAgent({ name: 'noted', instructions })])
    await ask('/healthz')
    const { versions } = await (await ask('/agents/noted/versions')).json<{ versions: Record<string, unknown>[] }>()
    return versions.map(({ isCurrent, definition }) => [isCurrent, (definition as Agent).instructions])
  }
  await ask('Be brief.')
  await ask('Be long.')
  expect(await ask('Be long.')).toEqual([
    [true, 'Be long.'],
    [false, 'Be brief.'],
  ])
})
