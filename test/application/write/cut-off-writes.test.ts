import { describe, expect, test } from 'vitest'
import { CancelJob } from '#application/job/cancel-job.ts'
import { submit } from '#domain/job/replay.ts'
import { nextWake } from '#domain/job/wake.ts'
import type { ModelReply, ModelRequest } from '#ports/model.ts'
import { Crash } from '#test/support/crashing-store.ts'
import { eventually } from '#test/support/eventually.ts'
import { NEVER } from '#test/support/execution.ts'
import { after } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { BOSS, writingScene } from '#test/support/writing.ts'

const UNDO = { action: 'undo' } as const

/** A model that asks for the write once, however often it is asked. */
function asksOnce(): ListedModel {
  const turn = ({ messages }: ModelRequest): ModelReply =>
    messages.at(-1)?.role === 'tool'
      ? answer('Done.')
      : asks({ id: 'a', name: 'describe', input: { handle: 'mug', text: 'New mug.' } })
  return new ListedModel(...Array.from({ length: 9 }, () => turn))
}

describe('a process that dies at any commit', () => {
  const COMMITS = Array.from({ length: 10 }, (_, index) => index + 1)
  const CRASHES = COMMITS.flatMap((commit) => (['before', 'after'] as const).map((when) => ({ commit, when })))

  test.each(CRASHES)('$when commit $commit: its write is made, and undone', async ({ commit, when }) => {
    const { store, shelf, submit, executor, decide, carryOut, writeOf } = writingScene({ writes: 'apply' })
    store.crashAt(commit, when)
    let process = 0
    const survives = async (work: () => Promise<unknown>): Promise<void> => {
      await work().catch(async (error: unknown) => {
        if (!(error instanceof Crash)) throw error
        store.restart()
        await work()
      })
    }
    const id = await submit()
    await survives(() => executor(asksOnce()).execute(id, NEVER))
    expect(shelf.texts.get('mug')).toBe('New mug.')
    await survives(() => decide(id, UNDO))
    await survives(() => carryOut(id, { id: `exec_${String(++process)}` }))
    expect(shelf.texts.get('mug')).toBe('Old mug.')
    expect((await writeOf(id)).status).toBe('undone')
    expect(new Set(shelf.keys).size).toBe(2)
  })
})

describe('a write that is under way when its job is canceled', () => {
  test.each(['made', 'not made'] as const)('is found out by the job itself: %s', async (what) => {
    const { store, shelf, submit, executor, carryOut, writeOf, clock, job } = writingScene({ writes: 'apply' })
    const id = await submit()
    store.dieAfter('write.begun')
    await executor(asksOnce())
      .execute(id, NEVER)
      .catch(() => undefined)
    store.restart()
    if (what === 'made') shelf.texts.set('mug', 'New mug.')
    await new CancelJob({ jobs: store, clock, executions: { interrupt: () => undefined } }).execute({
      tenantId: 'acme',
      jobId: id,
      by: BOSS,
    })
    await executor(asksOnce()).execute(id, NEVER)
    expect((await job(id)).status).toBe('canceled')
    expect(nextWake(await job(id)).kind).toBe('write')
    await carryOut(id)
    expect((await writeOf(id)).status).toBe(what === 'made' ? 'applied' : 'failed')
    expect(shelf.keys).toEqual([])
  })
})

test('what a write says that returns after its job was canceled is recorded', async () => {
  const answer = Promise.withResolvers<object>()
  const { submit, executor, writeOf, store, clock, job } = writingScene({
    writes: 'apply',
    write: () => answer.promise,
  })
  const id = await submit()
  const stop = new AbortController()
  const running = executor(asksOnce()).execute(id, stop.signal)
  await eventually(async () => {
    expect((await job(id)).writes).toHaveLength(1)
  })
  const interrupt = (): void => {
    stop.abort(new Error('stopped'))
  }
  await new CancelJob({ jobs: store, clock, executions: { interrupt } }).execute({
    tenantId: 'acme',
    jobId: id,
    by: BOSS,
  })
  answer.resolve({ stored: 'New mug.\n' })
  await running
  expect(await writeOf(id)).toMatchObject({ status: 'applied', stored: 'New mug.\n' })
})

test('a write whose time is up is looked for when its job has ended, and can be undone', async () => {
  const { submit, executor, shelf, clock, job, writeOf, carryOut } = writingScene({
    writes: 'apply',
    timeoutMs: 1000,
    // It is made, and its answer never comes.
    write: ({ handle }, { after, idempotencyKey }) => {
      shelf.write(handle, after, idempotencyKey)
      return new Promise(() => undefined)
    },
  })
  const id = await submit()
  const call = { id: 'a', name: 'describe', input: { handle: 'mug', text: 'New mug.' } }
  const running = executor(new ListedModel(asks(call), answer('Done.'))).execute(id, NEVER)
  await eventually(() => {
    expect(shelf.texts.get('mug')).toBe('New mug.')
  })
  await clock.advance(60_000)
  await running
  expect((await job(id)).status).toBe('completed')
  expect((await writeOf(id)).status).toBe('applying')
  await carryOut(id)
  expect((await writeOf(id)).status).toBe('applied')
})

/** A proposal that was approved, and is to be applied. */
async function asked(fields: Parameters<typeof writingScene>[0] = {}) {
  const scene = writingScene(fields)
  const { id } = await scene.run()
  for (const action of ['approve', 'apply'] as const) await scene.decide(id, { action })
  return { ...scene, id }
}

test('of two wakes at once one carries the write out, in one process and on two servers', async () => {
  for (const isOne of [true, false]) {
    const { id, carrier, shelf, writeOf } = await asked()
    const first = carrier({ id: 'exec_a', alone: isOne })
    const second = isOne ? first : carrier({ id: 'exec_b', alone: false })
    let looks = 0
    shelf.onRead = () => {
      looks++
    }
    await Promise.all([first, second].map((one) => one.execute(id, NEVER)))
    expect([looks, shelf.keys.length]).toEqual([1, 1])
    expect(await writeOf(id)).toMatchObject({ status: 'applied', tries: 1 })
  }
})

test('a write that is cut off five times is given up', async () => {
  const { id, store, carryOut, writeOf, shelf } = await asked()
  for (let tries = 1; tries <= 5; tries++) {
    store.dieAfter('write.started')
    await expect(carryOut(id)).rejects.toThrow(Crash)
    store.restart()
  }
  await carryOut(id)
  const problem = expect.stringContaining('cut off 5 times') as string
  expect(await writeOf(id)).toMatchObject({ status: 'failed', problem, tries: 5 })
  expect(shelf.keys).toEqual([])
})

test('what a person has put there in nearly the same words is no write of ours', async () => {
  const { id, shelf, carryOut, writeOf } = await asked({ same: (found, written) => found?.trim() === written?.trim() })
  shelf.texts.set('mug', 'New mug.\n')
  await carryOut(id)
  expect(await writeOf(id)).toMatchObject({ status: 'stale', found: 'New mug.\n' })
})

test('what an earlier request has left there in nearly the same words is ours', async () => {
  const { id, shelf, decide, carryOut, writeOf, clock } = await asked({
    same: (found, written) => found?.trim() === written?.trim(),
  })
  // The shop takes the text in its own form, and its answers are lost.
  shelf.onWrite = (when) => {
    if (when === 'before') throw new Error('The answer was lost.')
  }
  for (const delay of [0, 2000, 15_000, 120_000, 600_000]) await clock.advance(delay).then(() => carryOut(id))
  expect((await writeOf(id)).status).toBe('failed')
  shelf.texts.set('mug', 'New mug.\n')
  await decide(id, { action: 'apply' })
  await carryOut(id)
  expect(await writeOf(id)).toMatchObject({ status: 'applied', round: 2, tries: 1 })
})

test('what became of a write is not recorded of another job that has taken the id since', async () => {
  let replace: () => Promise<void> = () => Promise.resolve()
  const scene = await asked({
    write: async ({ handle }, { after, idempotencyKey }) => {
      scene.shelf.write(handle, after, idempotencyKey)
      await replace()
    },
  })
  const { id, store, shelf, job, carryOut, writeOf } = scene
  // As a submission under its idempotency key does after it was deleted: the same work, which comes as far.
  replace = async () => {
    replace = () => Promise.resolve()
    const [first, ...rest] = (await store.events(id, 0)).map(({ event }) => event)
    if (first?.type !== 'job.submitted') throw new Error('A journal begins with its submission.')
    const again = { ...first, runId: 'run_again' }
    await store.remove(await job(id))
    await store.create(submit(again).job, again)
    await store.save(after(submit(again), rest), rest)
    shelf.texts.set('mug', 'Old mug.')
  }
  await carryOut(id)
  expect(shelf.keys.map((key) => key.split('/')[0])).toEqual([expect.stringMatching(/^run_\d/), 'run_again'])
  expect([(await writeOf(id)).status, shelf.texts.get('mug')]).toEqual(['applied', 'New mug.'])
})
