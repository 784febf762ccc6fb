import { expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { DAY_MS } from '#domain/time/duration.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })
const USED = { jobs: 1, completed: 1, modelCalls: 1, usage: { inputTokens: 10, outputTokens: 5 }, costMicros: 70 }

function scene() {
  const { post, http, execute, clock } = testApp([writer], new ListedModel(answer('Hej!'), answer('Hopp!')))
  const work = async (): Promise<string> => {
    const { id } = (await (await post('/jobs', { agent: 'writer', input: 1 })).json()) as { id: string }
    await execute(id)
    return id
  }
  const usage = async (query = ''): Promise<object> => {
    const response = await http.request(`/usage${query}`)
    return { status: response.status, ...((await response.json()) as object) }
  }
  const dayOf = (daysAgo: number): string => new Date(clock.now() - daysAgo * DAY_MS).toISOString().slice(0, 10)
  return { work, usage, post, http, clock, dayOf }
}

test('GET /usage has each day, agent and model of a time, and the same when the jobs are gone', async () => {
  const { work, usage, http, clock, dayOf } = scene()
  const ids = [await work()]
  await clock.advance(DAY_MS)
  ids.push(await work())
  const query = `?from=${dayOf(1)}&to=${dayOf(0)}`
  const before = await usage(query)
  expect(before).toMatchObject({
    status: 200,
    ...{ from: dayOf(1), to: dayOf(0) },
    total: { jobs: 2, modelCalls: 2, failedModelCalls: 0, costMicros: 140, unpricedCalls: 0, uncountedJobs: 0 },
    days: [
      { day: dayOf(1), ...USED },
      { day: dayOf(0), ...USED },
    ],
    agents: [{ agent: 'writer', jobs: 2, costMicros: 140 }],
    models: [{ model: 'scripted/test', jobs: 2, modelCalls: 2, costMicros: 140 }],
  })
  for (const id of ids) expect((await http.request(`/jobs/${id}`, { method: 'DELETE' })).status).toBe(204)
  expect(await usage(query)).toEqual(before)
})

test('GET /usage has the last seven days without a question, and those that a question names', async () => {
  const { work, usage, clock, dayOf } = scene()
  await work()
  await clock.advance(6 * DAY_MS)
  expect(await usage()).toMatchObject({ from: dayOf(6), to: dayOf(0), total: USED })
  expect(await usage(`?to=${dayOf(1)}`)).toMatchObject({ from: dayOf(7), total: USED })
  expect(await usage(`?from=${dayOf(5)}`)).toMatchObject({ to: dayOf(0), total: { jobs: 0 }, days: [], models: [] })
  expect(await usage('?agent=writer&model=scripted/test')).toMatchObject({ total: USED })
  expect(await usage('?agent=reader')).toMatchObject({ total: { jobs: 0, costMicros: 0 } })
  expect(await usage('?model=scripted/other')).toMatchObject({ total: { jobs: 0 } })
})

test('GET /usage has runs beside jobs, and what of it is theirs', async () => {
  const { work, usage, post } = scene()
  await work()
  expect((await post('/run', { agent: 'writer', input: 1 })).status).toBe(200)
  expect((await post('/run', { agent: 'writer', input: 1 })).status).toBe(500)
  expect((await post('/run', { agent: 'no-such-agent', input: 1 })).status).toBe(404)
  const runs = { count: 2, costMicros: 70, unpricedCalls: 0 }
  const sums = { jobs: 1, completed: 1, failed: 0, modelCalls: 3, failedModelCalls: 1, costMicros: 140, runs }
  expect(await usage()).toMatchObject({ total: sums, agents: [{ agent: 'writer', ...sums }], models: [sums] })
})

test.each([
  ['?from=2026-02-30', 'from: must be a day'],
  ['?to=1969-12-31', 'to: must be 1970-01-01 or later'],
  ['?from=2026-11-02&to=2026-11-01', 'from: must not be after "to"'],
  ['?from=2025-11-01&to=2026-11-02', 'from: must be at most 365 days before "to"'],
  ['?tag=autumn', 'tag'],
])('GET /usage%s is refused', async (query, said) => {
  const { usage } = scene()
  expect(await usage(query)).toMatchObject({ status: 400, detail: expect.stringContaining(said) as string })
})
