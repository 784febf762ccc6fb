import { expect, test } from 'vitest'
import type { WriteDecision } from '#domain/write/decide.ts'
import { TILL } from '#test/support/fixtures.ts'
import { writingScene } from '#test/support/writing.ts'

const APPROVE: WriteDecision = { action: 'approve' }
const APPLY: WriteDecision = { action: 'apply' }

test('a decision on what was seen may be repeated after a lost answer, and another person may not overrule it', async () => {
  const { run, decide, writeOf } = writingScene()
  const { id } = await run()
  const { version } = await writeOf(id)
  const approved = await decide(id, APPROVE, { version })
  expect(await decide(id, APPROVE, { version })).toEqual(approved)
  for (const decision of [APPROVE, { action: 'reject' }, APPLY] as const)
    await expect(decide(id, decision, { version, by: TILL })).rejects.toMatchObject({ code: 'proposal_changed' })
  const edited = await decide(id, { action: 'approve', after: 'Edited mug.' }, { version: approved.version })
  await expect(decide(id, APPROVE, { version })).rejects.toMatchObject({ code: 'proposal_changed' })
  expect((await decide(id, APPLY, { version: edited.version, by: TILL })).status).toBe('applying')
  expect((await decide(id, APPLY, { version: edited.version, by: TILL })).status).toBe('applying')
})
