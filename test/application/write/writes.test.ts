import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { nextWake } from '#domain/job/wake.ts'
import { ModelError } from '#domain/model/errors.ts'
import type { WriteDecision } from '#domain/write/decide.ts'
import { lengthBetween } from '#adapters/guards/length.ts'
import { NEVER } from '#test/support/execution.ts'
import { ListedModel, asks } from '#test/support/script.ts'
import { BOSS, writingScene } from '#test/support/writing.ts'

const APPROVE: WriteDecision = { action: 'approve' }
const APPLY: WriteDecision = { action: 'apply' }
const UNDO: WriteDecision = { action: 'undo' }

/** A proposal that was approved, applied and carried out. */
async function applied() {
  const scene = writingScene()
  const { id } = await scene.run()
  await scene.decide(id, APPROVE)
  await scene.decide(id, APPLY)
  await scene.carryOut(id)
  return { ...scene, id }
}

describe('a write of a job that proposes', () => {
  test('changes nothing, stands in the journal, and the model reads that it was proposed', async () => {
    const { run, shelf, writeOf, job } = writingScene()
    const { id, model } = await run()
    expect(shelf.texts.get('mug')).toBe('Old mug.')
    expect(shelf.keys).toEqual([])
    expect(await writeOf(id)).toMatchObject({
      status: 'proposed',
      mode: 'propose',
      target: 'product:mug',
      before: 'Old mug.',
      after: 'New mug.',
    })
    expect(model.requests[1]?.messages.at(-1)).toMatchObject({
      results: [{ isError: false, output: expect.stringContaining('Proposed') as string }],
    })
    expect(nextWake(await job(id)).kind).toBe('expire')
  })

  test('that the guards refuse goes back to the model, and is no proposal', async () => {
    const { run, job } = writingScene({ guards: [lengthBetween(20, 90)] })
    const { id, model } = await run('Mug.')
    expect((await job(id)).writes).toEqual([])
    expect(model.requests[1]?.messages.at(-1)).toMatchObject({
      results: [{ isError: true, output: expect.stringContaining('20') as string }],
    })
  })

  test('carries what flags say of it', async () => {
    const { run, writeOf } = writingScene({ flags: { length: lengthBetween(20, 90) } })
    const { id } = await run('Mug.')
    expect((await writeOf(id)).flags).toMatchObject([{ name: 'length' }])
  })

  test('that changes nothing is no proposal', async () => {
    const { run, job } = writingScene()
    const { id } = await run('Old mug.')
    expect((await job(id)).writes).toEqual([])
  })

  test('cannot be decided while its job is not finished', async () => {
    const { submit, executor, job, decide } = writingScene()
    const id = await submit()
    const call = { id: 'a', name: 'describe', input: { handle: 'mug', text: 'New mug.' } }
    await executor(new ListedModel(asks(call), new ModelError('Overloaded.', { retryable: true }))).execute(id, NEVER)
    expect((await job(id)).status).toBe('waiting')
    await expect(decide(id, APPROVE)).rejects.toMatchObject({ code: 'proposal_not_ready', retryable: true })
  })
})

describe('a proposal', () => {
  test('is approved, applied without a model, and undone', async () => {
    const { id, shelf, writeOf, decide, carryOut, job } = await applied()
    expect(shelf.texts.get('mug')).toBe('New mug.')
    expect(await writeOf(id)).toMatchObject({ status: 'applied', decidedBy: BOSS, requestedBy: BOSS })
    await decide(id, UNDO)
    expect(nextWake(await job(id)).kind).toBe('write')
    await carryOut(id)
    expect(shelf.texts.get('mug')).toBe('Old mug.')
    expect(await writeOf(id)).toMatchObject({ status: 'undone' })
    expect(new Set(shelf.keys).size).toBe(2)
    expect(nextWake(await job(id)).kind).toBe('expire')
  })

  test('of what was not there is removed by an undo', async () => {
    const { run, decide, carryOut, shelf } = writingScene()
    const { id } = await run('A new cup.', 'cup')
    for (const decision of [APPROVE, APPLY]) await decide(id, decision)
    await carryOut(id)
    expect(shelf.texts.get('cup')).toBe('A new cup.')
    await decide(id, UNDO)
    await carryOut(id)
    expect(shelf.texts.has('cup')).toBe(false)
  })

  test('is applied as it was edited; the model keeps what it wrote', async () => {
    const { run, decide, carryOut, shelf, writeOf } = writingScene()
    const { id } = await run()
    await decide(id, { action: 'approve', after: 'Edited mug.' })
    await decide(id, APPLY)
    await carryOut(id)
    expect(shelf.texts.get('mug')).toBe('Edited mug.')
    expect(await writeOf(id)).toMatchObject({ after: 'Edited mug.', suggested: 'New mug.', status: 'applied' })
  })

  test('edited into what the guards refuse, into another kind of value or into a huge one is not approved', async () => {
    // With its quotes.
    const [largest, large] = [2, 1].map((less) => 'x'.repeat(DEFAULT_LIMITS.maxToolResultBytes - less)) as [
      string,
      string,
    ]
    for (const [guards, values] of [
      [[lengthBetween(5, 90)], ['x', 7]] as const,
      [[], [7, null, ['x'], large]] as const,
    ]) {
      const { run, decide, writeOf } = writingScene({ guards })
      const { id } = await run()
      for (const after of values)
        await expect(decide(id, { action: 'approve', after })).rejects.toMatchObject({ code: 'proposal_refused' })
      expect((await writeOf(id)).status).toBe('proposed')
      if (guards.length === 0)
        expect(await decide(id, { action: 'approve', after: largest })).toMatchObject({ after: largest })
    }
  })

  test('is stale where something else is there, and what is there stays', async () => {
    const { run, decide, carryOut, shelf, writeOf } = writingScene()
    const { id } = await run()
    await decide(id, APPROVE)
    shelf.texts.set('mug', 'Edited by hand.')
    await decide(id, APPLY)
    await carryOut(id)
    expect(shelf.texts.get('mug')).toBe('Edited by hand.')
    expect(await writeOf(id)).toMatchObject({ status: 'stale', found: 'Edited by hand.' })
    await expect(decide(id, UNDO)).rejects.toMatchObject({ code: 'proposal_conflict' })
    expect((await decide(id, { action: 'reject' })).status).toBe('rejected')
  })

  test('is stale where something huge is there, which is not copied into the journal', async () => {
    const { run, decide, carryOut, shelf, writeOf } = writingScene()
    const { id } = await run()
    for (const decision of [APPROVE, APPLY]) await decide(id, decision)
    shelf.texts.set('mug', 'x'.repeat(DEFAULT_LIMITS.maxToolResultBytes))
    await carryOut(id)
    const write = await writeOf(id)
    expect(write).toMatchObject({ status: 'stale', problem: expect.stringContaining('too large') as string })
    expect(write).not.toHaveProperty('found')
  })

  test('whose text was edited by hand since is not undone', async () => {
    const { id, shelf, decide, carryOut, writeOf } = await applied()
    shelf.texts.set('mug', 'Edited by hand.')
    await decide(id, UNDO)
    await carryOut(id)
    expect(shelf.texts.get('mug')).toBe('Edited by hand.')
    expect(await writeOf(id)).toMatchObject({ status: 'stale' })
    // What is there was not written by this job.
    for (const decision of [APPLY, { action: 'reject' }] as const)
      await expect(decide(id, decision)).rejects.toMatchObject({ code: 'proposal_conflict' })
  })

  test.each([
    ['proposed', [], [APPLY, UNDO]],
    ['rejected', [{ action: 'reject', reason: 'no' }], [APPLY, UNDO]],
    ['approved', [APPROVE], [UNDO]],
    ['applied', [APPROVE, APPLY], [APPROVE, { action: 'reject' }]],
    ['undone', [APPROVE, APPLY, UNDO], [APPROVE, { action: 'reject' }]],
  ] as const)('that is %s refuses what does not fit, and a repeat changes nothing', async (status, steps, refused) => {
    const { run, decide, carryOut, writeOf, job } = writingScene()
    const { id } = await run()
    for (const step of steps) {
      await decide(id, step)
      await carryOut(id)
    }
    const before = await job(id)
    expect((await writeOf(id)).status).toBe(status)
    for (const decision of refused)
      await expect(decide(id, decision)).rejects.toMatchObject({ code: 'proposal_conflict' })
    const [last] = steps.slice(-1)
    if (last) await decide(id, last)
    expect(await job(id)).toEqual(before)
  })

  test('is tried again where the shop does not answer, and fails after five tries', async () => {
    const { run, decide, carryOut, shelf, writeOf, clock } = writingScene()
    const { id } = await run()
    await decide(id, APPROVE)
    await decide(id, APPLY)
    shelf.onWrite = () => {
      throw new Error('The shop is overloaded.')
    }
    for (const delay of [0, 2000, 15_000, 120_000]) {
      await clock.advance(delay)
      await carryOut(id)
      expect(await writeOf(id)).toMatchObject({ status: 'applying', problem: 'The shop is overloaded.' })
    }
    await clock.advance(600_000)
    await carryOut(id)
    expect(await writeOf(id)).toMatchObject({ status: 'failed', nextAt: null })
    shelf.onWrite = () => undefined
    expect((await decide(id, APPLY)).status).toBe('applying')
    await carryOut(id)
    expect((await writeOf(id)).status).toBe('applied')
  })

  test('is left to the server that carries it out, until its time is over', async () => {
    const { run, decide, carryOut, shelf, writeOf, clock, store } = writingScene()
    const { id } = await run()
    await decide(id, APPROVE)
    await decide(id, APPLY)
    store.dieAfter('write.started')
    await expect(carryOut(id, { id: 'exec_a', alone: false })).rejects.toThrow()
    store.restart()
    await carryOut(id, { id: 'exec_b', alone: false })
    expect(shelf.keys).toEqual([])
    await clock.advance(60_000 + DEFAULT_LIMITS.toolStopMs + 10_000)
    await carryOut(id, { id: 'exec_b', alone: false })
    expect((await writeOf(id)).status).toBe('applied')
  })
})
