import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JobEvent } from '#domain/job/event.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'
import { type Scene, emptyDatabase, openScene } from './scene.ts'

// Postgres notes in `xmin` which transaction has written a row.

let scene: Scene

beforeAll(async () => {
  scene = await openScene(await emptyDatabase())
})
afterAll(() => scene.close())

/** The transactions that have written the job's last commit and its head, which holds its wake. */
async function writersOf(jobId: string): Promise<readonly string[]> {
  const { rows } = await scene.pool.query<{ writer: string }>(
    `(SELECT xmin::text AS writer FROM journal WHERE job_id = $1 ORDER BY seq DESC LIMIT 1)
     UNION ALL SELECT xmin::text FROM jobs WHERE id = $1`,
    [jobId],
  )
  return rows.map(({ writer }) => writer)
}

const WAITS: readonly JobEvent[] = [
  started(T0),
  {
    type: 'job.waiting',
    at: T0,
    wait: { reason: 'retry', until: T0 + 5000, error: { code: 'model_failed', message: '' } },
  },
]

test('a job and its head, with its wake, are written in one transaction, at its creation and at a save', async () => {
  const { store } = scene
  const { job, event, state } = submitted()
  await store.create(job, event)
  const created = await writersOf(job.id)
  expect(created).toHaveLength(2)
  expect(new Set(created).size).toBe(1)

  await store.save(after(state, WAITS), WAITS)
  const saved = await writersOf(job.id)
  expect(saved).toHaveLength(2)
  expect(new Set(saved).size).toBe(1)
  expect(saved[0]).not.toBe(created[0])
})

const PROPOSED: JobEvent = {
  type: 'write.proposed',
  ...{ at: T0, callId: 'a', tool: 'describe', target: 'product:mug', before: null, after: 'New' },
  flags: [{ name: 'length', problem: 'It is short.' }],
}
const FAILED: JobEvent = { type: 'job.failed', at: T0, error: { code: 'model_failed', message: '' } }

test.each([
  ['its part of the ledger', [started(T0), FAILED], ['usage_days']],
  ['its proposals', [started(T0), PROPOSED], ['proposals', 'proposal_flags']],
  ['both', [started(T0), PROPOSED, FAILED], ['proposals', 'proposal_flags', 'usage_days']],
])('a save is one transaction with what it says of the job: %s', async (_what, events, tables) => {
  const { job, event, state } = submitted()
  await scene.store.create(job, event)
  await scene.store.save(after(state, events), events)
  const [saved] = await writersOf(job.id)
  for (const table of tables) {
    const { rows } = await scene.pool.query<{ writer: string }>(`SELECT xmin::text AS writer FROM ${table}`)
    expect([table, rows.map(({ writer }) => writer)]).toEqual([table, expect.arrayContaining([saved])])
  }
})

const CALLS: readonly JobEvent[] = [
  started(T0),
  { type: 'model_call.started', at: T0, iteration: 1, model: 'scripted/test' },
]

/** Two jobs that have started, and commits that come after that. */
async function twoStarted(): Promise<readonly { readonly id: string; readonly save: () => Promise<void> }[]> {
  const { store } = scene
  return Promise.all(
    [WAITS, CALLS].map(async ([first, ...next]) => {
      const { job, event, state } = submitted()
      await store.create(job, event)
      const begun = after(state, first ? [first] : [])
      await store.save(begun, first ? [first] : [])
      return { id: job.id, save: () => store.save(after(begun, next), next) }
    }),
  )
}

test('saves that arrive together share a transaction, and only those that move a head write it', async () => {
  const [waits, calls] = await twoStarted()
  const [, head] = await writersOf(calls?.id ?? '')
  await Promise.all([waits?.save(), calls?.save()])
  const [together, moved] = await writersOf(waits?.id ?? '')
  expect(moved).toBe(together)
  expect(await writersOf(calls?.id ?? '')).toEqual([together, head])
})

test('a save that shares its transaction with another fails alone where its job is gone', async () => {
  for (const gone of [0, 1]) {
    const jobs = await twoStarted()
    await scene.pool.query('DELETE FROM jobs WHERE id = $1', [jobs[gone]?.id])
    const saves = await Promise.allSettled(jobs.map(({ save }) => save()))
    expect(saves.map(({ status }) => status)).toEqual(
      jobs.map((_, place) => (place === gone ? 'rejected' : 'fulfilled')),
    )
  }
})
