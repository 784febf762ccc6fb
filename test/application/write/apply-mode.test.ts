import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import type { WriteDecision } from '#domain/write/decide.ts'
import { writingScene } from '#test/support/writing.ts'

const APPROVE: WriteDecision = { action: 'approve' }
const UNDO: WriteDecision = { action: 'undo' }

/** A job that writes where texts end in a line break, with what the shop says of it. */
function keeping(answer: () => unknown) {
  const scene = writingScene({
    writes: 'apply',
    same: (found, written) => found?.trim() === written?.trim(),
    write: ({ handle }, { after, idempotencyKey }) => {
      scene.shelf.write(handle, after === 'New mug.' ? KEPT : after, idempotencyKey)
      return answer()
    },
  })
  return scene
}

const KEPT = 'New mug.\n'

describe('a write of a job that applies', () => {
  test('is made with what was there on record, and can be undone', async () => {
    const { run, shelf, writeOf, decide, carryOut, eventTypes } = writingScene({ writes: 'apply' })
    const { id, model } = await run()
    expect(shelf.texts.get('mug')).toBe('New mug.')
    expect(await writeOf(id)).toMatchObject({ status: 'applied', mode: 'apply', before: 'Old mug.' })
    expect(model.requests[1]?.messages.at(-1)).toMatchObject({ results: [{ isError: false }] })
    const types = await eventTypes(id)
    expect(types.indexOf('write.begun')).toBeLessThan(types.indexOf('tool_call.completed'))
    await expect(decide(id, APPROVE)).rejects.toMatchObject({ code: 'proposal_conflict' })
    await decide(id, UNDO)
    await carryOut(id)
    expect(shelf.texts.get('mug')).toBe('Old mug.')
  })

  test('that throws after it was made is looked at: it was made', async () => {
    const { run, shelf, writeOf } = writingScene({ writes: 'apply' })
    shelf.onWrite = (when) => {
      if (when === 'after') throw new Error('The answer was lost.')
    }
    const { id } = await run()
    expect(await writeOf(id)).toMatchObject({ status: 'applied' })
  })

  test('records what the other system has kept, and an undo expects exactly that', async () => {
    const { run, shelf, writeOf, decide, carryOut } = keeping(() => ({ stored: KEPT }))
    const { id, model } = await run()
    expect(await writeOf(id)).toMatchObject({ status: 'applied', after: 'New mug.', stored: KEPT })
    expect(JSON.stringify(model.requests)).not.toContain(KEPT)
    shelf.texts.set('mug', `${KEPT} `)
    await decide(id, UNDO)
    await carryOut(id)
    expect(await writeOf(id)).toMatchObject({ status: 'stale', found: `${KEPT} ` })
    expect(shelf.texts.get('mug')).toBe(`${KEPT} `)
  })

  test.each([
    [
      'lost',
      () => {
        throw new Error('The answer was lost.')
      },
    ],
    ['no JSON', () => ({ stored: () => KEPT })],
  ])('whose answer is %s records what is found there', async (_answer, answer) => {
    const { run, writeOf } = keeping(answer)
    const { id } = await run()
    expect(await writeOf(id)).toMatchObject({ status: 'applied', stored: KEPT })
  })

  test.each([
    ['says nothing', () => undefined],
    ['says more than the journal takes', () => ({ stored: 'x'.repeat(DEFAULT_LIMITS.maxToolResultBytes) })],
  ])('whose answer %s is undone where the same is there', async (_what, answer) => {
    const { run, shelf, writeOf, decide, carryOut } = keeping(answer)
    const { id } = await run()
    expect(await writeOf(id)).not.toHaveProperty('stored')
    await decide(id, UNDO)
    await carryOut(id)
    expect(await writeOf(id)).toMatchObject({ status: 'undone' })
    expect(shelf.texts.get('mug')).toBe('Old mug.')
  })

  test('that is made again after an undo is undone by what it says now', async () => {
    let answers = 0
    const { run, shelf, writeOf, decide, carryOut } = keeping(() => (++answers === 1 ? { stored: KEPT } : undefined))
    const { id } = await run()
    for (const action of ['undo', 'apply'] as const) await decide(id, { action }).then(() => carryOut(id))
    shelf.texts.set('mug', 'New mug.')
    expect(await writeOf(id)).not.toHaveProperty('stored')
    await decide(id, UNDO)
    await carryOut(id)
    expect(await writeOf(id)).toMatchObject({ status: 'undone' })
    expect(shelf.texts.get('mug')).toBe('Old mug.')
  })

  test('that was not made is an error that the model sees', async () => {
    const { run, shelf, writeOf, decide } = writingScene({ writes: 'apply' })
    shelf.onWrite = () => {
      throw new Error('No such product.')
    }
    const { id, model } = await run()
    expect(await writeOf(id)).toMatchObject({ status: 'failed', problem: 'No such product.' })
    expect(model.requests[1]?.messages.at(-1)).toMatchObject({
      results: [{ isError: true, output: 'No such product.' }],
    })
    // It was not proposed to a person.
    await expect(decide(id, { action: 'reject' })).rejects.toMatchObject({ code: 'proposal_conflict' })
  })
})
