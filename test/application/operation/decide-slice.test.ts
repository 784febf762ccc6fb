import { expect, test } from 'vitest'
import { RunOperation } from '#application/operation/run-operation.ts'
import { BULK_STATUSES, type DecisionAction } from '#domain/write/decide.ts'
import type { WriteStatus } from '#domain/write/write.ts'
import { writingScene } from '#test/support/writing.ts'
import { takenSlice } from './taken-slice.ts'

/** A slice in hand that decides on the one write of a finished job. */
async function scene() {
  const writing = writingScene()
  const { id } = await writing.run()
  const never = { execute: () => Promise.reject(new Error('It decides, and does nothing else.')) }
  const index = { list: () => Promise.reject(new Error('Its slice is taken.')) }
  const proposalId = (await writing.writeOf(id)).id
  const run = (action: DecisionAction, statuses: readonly WriteStatus[] = BULK_STATUSES[action]) => {
    const decide = { decision: { action }, filter: { statuses } }
    const slice = takenSlice({ action, slice: [proposalId], decide })
    return new RunOperation({
      index,
      proposals: { ids: index.list },
      decideProposal: writing.decideProposal,
      cancelJob: never,
      retryJob: never,
      resolveCall: never,
      deleteJob: never,
      clock: writing.clock,
    }).execute(slice)
  }
  return { ...writing, id, run, status: async () => (await writing.writeOf(id)).status }
}

test('a slice decides on what stands as it was asked for', async () => {
  const { run, status } = await scene()
  expect(await run('approve', ['proposed'])).toMatchObject({ done: 1, skipped: 0 })
  expect(await status()).toBe('approved')
})

test('what a person has rejected since the slice was taken stays rejected', async () => {
  const { id, decide, run, status } = await scene()
  await decide(id, { action: 'reject' })
  expect(await run('approve', ['proposed'])).toMatchObject({ done: 0, skipped: 1 })
  expect(await status()).toBe('rejected')
})

test('what is stale, or has failed, is left to a person: no bulk operation applies, rejects or undoes it', async () => {
  for (const outcome of ['stale', 'failed'] as const) {
    const { id, decide, carryOut, run, status, shelf, clock } = await scene()
    for (const action of ['approve', 'apply'] as const) await decide(id, { action })
    if (outcome === 'stale') shelf.texts.set('mug', 'Edited by hand.')
    shelf.onWrite = () => {
      throw new Error('The shop is overloaded.')
    }
    for (const delay of [0, 2000, 15_000, 120_000, 600_000]) await clock.advance(delay).then(() => carryOut(id))
    shelf.texts.set('mug', 'Old mug.')
    for (const action of ['approve', 'apply', 'reject', 'undo'] as const)
      expect(await run(action)).toMatchObject({ done: 0, skipped: 1 })
    expect(await status()).toBe(outcome)
  }
})

test('what a person has undone is not applied again by a slice that is done again', async () => {
  const { id, decide, carryOut, run, status, shelf } = await scene()
  await decide(id, { action: 'approve' })
  expect(await run('apply', ['approved'])).toMatchObject({ done: 1 })
  await carryOut(id)
  await decide(id, { action: 'undo' })
  await carryOut(id)
  expect(await run('apply', ['approved'])).toMatchObject({ done: 0, skipped: 1 })
  expect([await status(), shelf.texts.get('mug')]).toEqual(['undone', 'Old mug.'])
})

test('what a person has approved since the operation began is neither rejected nor applied', async () => {
  const { id, decide, run, writeOf, clock } = await scene()
  await clock.advance(1)
  await decide(id, { action: 'approve', after: 'Edited mug.' })
  for (const action of ['reject', 'apply'] as const) expect(await run(action)).toMatchObject({ done: 0, skipped: 1 })
  expect(await writeOf(id)).toMatchObject({ status: 'approved', after: 'Edited mug.' })
})

test('what a person has applied again since the operation began is not undone', async () => {
  const { id, decide, carryOut, run, status, clock } = await scene()
  await decide(id, { action: 'approve' })
  await clock.advance(1)
  await decide(id, { action: 'apply' })
  await carryOut(id)
  expect(await run('undo')).toMatchObject({ done: 0, skipped: 1 })
  expect(await status()).toBe('applied')
})
