import { expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

test('GET /jobs/activity has days of UTC and agents where it is asked for days', async () => {
  const writer = defineAgent({ name: 'writer', instructions: '' })
  const { post, http, execute, clock } = testApp([writer], new ListedModel(answer('Hej!')))
  const { id } = (await (await post('/jobs', { agent: 'writer', input: 1 })).json()) as { id: string }
  await execute(id)
  await clock.advance(24 * 3_600_000)
  const ask = async (query: string) => {
    const response = await http.request(`/jobs/activity?${query}`)
    return { status: response.status, ...((await response.json()) as object) }
  }
  const midnight = (daysAgo: number) => new Date(clock.now() - (clock.now() % 86_400_000) - daysAgo * 86_400_000)
  const used = { completed: 1, usage: { inputTokens: 10, outputTokens: 5 }, costMicros: 70, unpricedCalls: 0 }
  expect(await ask('days=2')).toMatchObject({
    status: 200,
    isWhole: true,
    parts: [
      { from: midnight(1).toISOString(), ...used },
      { from: midnight(0).toISOString(), completed: 0, costMicros: 0 },
    ],
    agents: [{ agent: 'writer', ...used }],
    costMicros: 70,
  })
  expect(await ask('days=1')).toMatchObject({ agents: [], parts: [{ completed: 0 }] })
  expect(await ask('days=2&agent=other')).toMatchObject({ agents: [], costMicros: 0 })
  expect(await ask('days=2&hours=2')).toMatchObject({ status: 400, detail: expect.stringContaining('days') as string })
})
