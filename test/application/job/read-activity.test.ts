import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { ReadActivity } from '#application/job/read-activity.ts'
import { T0 } from '#test/support/fixtures.ts'

const HOUR_MS = 3_600_000
/** Queued jobs, of which the index reads many and none has ended. */
const READ = 5000

let clock: ManualClock
let asked: string[]
let read: number
let queries: object[]
let isAway: boolean
let activity: ReadActivity

beforeEach(() => {
  clock = new ManualClock(T0)
  asked = []
  read = 0
  queries = []
  isAway = false
  activity = new ReadActivity({
    clock,
    index: {
      activity: ({ tenantId, filter: { createdAfter: from }, to, division, most }) => {
        queries.push({ division, most, from: new Date(from).toISOString() })
        asked.push(`${tenantId} ${String((to - from) / HOUR_MS)}`)
        if (isAway) return Promise.reject(new Error('The index is away.'))
        const looked = Math.min(READ, most)
        read += looked
        return Promise.resolve({ from, start: from, partMs: HOUR_MS, read: looked, ends: [] })
      },
    },
  })
})

const ask = (hours: number, tenantId = 'acme') => activity.execute({ tenantId, filter: {}, within: { hours } })

test('an answer holds by the jobs that were read, also where none of them has ended', async () => {
  const { to } = await ask(24)
  await clock.advance(4999)
  expect((await ask(24)).to).toBe(to)
  await clock.advance(1)
  expect((await ask(24)).to).toBe(to + 5000)
  expect(asked).toHaveLength(2)
})

test('the answers of a tenant share what is read again a second', async () => {
  for (let second = 0; second < 60; second++) {
    for (const hours of [1, 2, 3, 4]) await ask(hours)
    await clock.advance(1000)
  }
  // The four at first, and 60 seconds at 1000 jobs each.
  expect(asked.length * READ).toBeLessThanOrEqual(4 * READ + 60_000)
})

test('a tenant with many questions evicts no answer of another', async () => {
  await ask(24, 'other')
  for (let hours = 1; hours <= 720; hours++) await ask(hours)
  await ask(24, 'other')
  expect(asked.filter((one) => one.startsWith('other'))).toEqual(['other 24'])
})

test('of more questions than are kept, those that are asked again stay', async () => {
  await ask(24)
  for (let hours = 25; hours < 100; hours++) {
    await ask(hours)
    await ask(24)
  }
  expect(asked.filter((one) => one === 'acme 24')).toEqual(['acme 24'])
})

test('questions without end read a bounded number of jobs, also where they come at once', async () => {
  for (let round = 0; round < 5; round++) {
    await Promise.all(Array.from({ length: 720 }, (_, index) => ask(index + 1)))
    await clock.advance(1000)
  }
  // What may be owed, what is paid off in four seconds, and the least of each question.
  expect(read).toBeLessThanOrEqual(250_000 + 4000 + 5 * 720 * 200)
  expect(queries.at(-1)).toMatchObject({ most: 200 })
  expect(await ask(24, 'other')).toMatchObject({ read: READ })
  await clock.advance(600_000_000)
  expect(await ask(24)).toMatchObject({ read: READ })
})

test('many tenants push out no answer of one that asked before them', async () => {
  await ask(24, 'first')
  for (let count = 0; count < 500; count++) await ask(24, `tenant-${String(count)}`)
  await ask(24, 'first')
  expect(asked.filter((one) => one.startsWith('first'))).toHaveLength(1)
})

test('an answer that failed is not kept', async () => {
  isAway = true
  await expect(ask(24)).rejects.toThrow('The index is away.')
  isAway = false
  expect(await ask(24)).toMatchObject({ read: READ })
})

test('days begin at midnight of UTC, that of today is one, and more jobs are looked at', async () => {
  const { parts, isWhole } = await activity.execute({ tenantId: 'acme', filter: {}, within: { days: 3 } })
  expect({ parts, isWhole }).toEqual({ parts: 3, isWhole: true })
  const [today = ''] = new Date(T0).toISOString().split('T')
  const from = new Date(Date.parse(today) - 48 * HOUR_MS).toISOString()
  expect(queries).toEqual([{ division: { partMs: 24 * HOUR_MS }, most: 50_000, from }])
})
