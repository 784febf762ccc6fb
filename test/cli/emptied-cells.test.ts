import { expect, test } from 'vitest'
import { planImport } from '#adapters/cli/proposals/plan-import.ts'
import type { ProposalWorld } from '#adapters/cli/proposals/proposal-world.ts'
import { rowsOf } from '#adapters/cli/proposals/sheet.ts'
import type { Proposal } from '#adapters/client/types.ts'
import { PROPOSAL_EXAMPLES } from '#adapters/http/wire/proposal-examples.ts'

const proposal: Proposal = {
  ...PROPOSAL_EXAMPLES.proposal,
  flags: [],
  status: 'proposed',
  before: { title: 'Mug', body: 'Old.', note: '' },
  after: { title: 'A mug', body: 'New.', note: '' },
}

/** What an import makes of its rows, approved, with `cell` in the row of a field. */
async function planned(field: string, cell: string) {
  const get = () => Promise.resolve(proposal)
  const world = { errand: { proposals: { get } }, signal: new AbortController().signal } as unknown as ProposalWorld
  const rows = rowsOf(proposal).map((row, index) => ({
    ...row,
    row: index + 2,
    decision: 'approve',
    after: row.field === field ? cell : row.after,
  }))
  return planImport(world, rows)
}

test.each(['', '  '])('one emptied cell of several (%j) is refused with its row and field', async (cell) => {
  const { decisions, refused } = await planned('body', cell)
  expect(decisions).toEqual([])
  expect(refused).toMatchObject([
    {
      rows: '2, 3, 4',
      why: 'its column after is empty for "body" in row 3: reject it, or say what is to be there',
    },
  ])
})

test('a cell that was empty at the export may stay so', async () => {
  const { decisions, refused } = await planned('note', '')
  expect(refused).toEqual([])
  expect(decisions).toMatchObject([{ decision: { action: 'approve' } }])
})
