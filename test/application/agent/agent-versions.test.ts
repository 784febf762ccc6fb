import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { SECRET, startsOn } from '#test/support/agent-versions.ts'
import { T0 } from '#test/support/fixtures.ts'
import { testDatabase } from '#test/support/test-database.ts'

const HOUR = 3_600_000
const first = defineAgent({ name: 'writer', instructions: 'Be brief.' })
const second = defineAgent({ name: 'writer', instructions: 'Be very brief.' })

let clock: ManualClock
let starts: ReturnType<typeof startsOn>
let written: number

beforeEach(() => {
  clock = new ManualClock(T0)
  const { db, ready } = testDatabase()
  written = 0
  const counted = {
    query: db.query.bind(db),
    batch: (...args: Parameters<typeof db.batch>) => {
      written += 1
      return db.batch(...args)
    },
  }
  starts = startsOn(counted, { agents: [second], clock, ready })
})

/** What a process with the second definition shows of the agent, after these starts an hour apart. */
async function after(...agents: readonly Agent[]) {
  for (const agent of agents) {
    await starts.startWith([agent])
    await clock.advance(HOUR)
  }
  const versions = await starts.agentVersions.list(second)
  return versions.map(({ definition, isCurrent, firstSeenAt, lastSeenAt }) => ({
    says: definition?.['instructions'],
    isCurrent,
    hours: [firstSeenAt, lastSeenAt].map((at) => (at - T0) / HOUR),
  }))
}

test('each definition is noted once, with the time of its first start and of a later one', async () => {
  expect(await after(first, second)).toEqual([
    { says: 'Be very brief.', isCurrent: true, hours: [1, 1] },
    { says: 'Be brief.', isCurrent: false, hours: [0, 0] },
  ])
})

test('a start with what is known and newest writes nothing, until a day is over', async () => {
  await after(first, first, first)
  expect(written).toBe(1)
  await clock.advance(24 * HOUR)
  expect(await after(first)).toMatchObject([{ hours: [0, 27] }])
})

test('servers of a rolling deploy add no rows, and a rollback is seen last', async () => {
  const rolled = await after(first, second, first, second, first)
  expect(rolled).toEqual([
    { says: 'Be brief.', isCurrent: false, hours: [0, 4] },
    { says: 'Be very brief.', isCurrent: true, hours: [1, 3] },
  ])
})

test('agents are known apart, and one that is gone keeps its definitions', async () => {
  await starts.startWith([first, defineAgent({ name: 'clerk', instructions: '' })])
  await starts.startWith([second])
  expect(await starts.agentVersions.list(defineAgent({ name: 'clerk', instructions: '' }))).toHaveLength(1)
})

test('a secret that the author has written into a definition is not kept', async () => {
  const versions = async (key: string) => {
    const open = { name: 'writer', instructions: `Say ${key}.`, providerOptions: { openai: { user: key } } }
    await starts.startWith([defineAgent(open)])
    return JSON.stringify(await starts.agentVersions.list(second))
  }
  const kept = await versions(SECRET)
  expect(kept).toContain('Say [redacted].')
  expect(kept).not.toContain(SECRET)
})

test('a definition that is too large is noted, and not kept', async () => {
  await starts.startWith([defineAgent({ name: 'writer', instructions: 'x'.repeat(100_000) })])
  expect(await starts.agentVersions.list(second)).toMatchObject([{ definition: null, firstSeenAt: T0 }])
})
