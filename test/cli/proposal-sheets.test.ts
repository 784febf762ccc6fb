import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Papa from 'papaparse'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { guarded, rowsOf, unguarded, valueIn } from '#adapters/cli/proposals/sheet.ts'
import { PROPOSAL_EXAMPLES } from '#adapters/http/wire/proposal-examples.ts'
import type { Proposal } from '#adapters/client/types.ts'
import { proposalScene } from './proposals-scene.ts'

const folder = mkdtempSync(join(tmpdir(), 'errand-'))
let made = 0

afterEach(() => {
  vi.unstubAllGlobals()
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

type Row = Record<string, string>

/** An exported file, as a person saves it from a spreadsheet: `change` gets each row by its product. */
async function sheets(texts: Readonly<Record<string, string>>) {
  const scene = await proposalScene(texts)
  const path = join(folder, `${String(made++)}.csv`)
  const exported = await scene.errand(['export', '--csv', path, '--batch', 'autumn', '--bom'])
  const save = (change: (row: Row, product: string) => void, as: Papa.UnparseConfig = {}): void => {
    const { data } = Papa.parse<Row>(readFileSync(path, 'utf8').replace('\uFEFF', ''), {
      header: true,
      skipEmptyLines: true,
    })
    for (const row of data) change(row, (row['target'] ?? '').replace('product:', ''))
    writeFileSync(path, Papa.unparse(data, as))
  }
  return { ...scene, path, exported, save }
}

describe('errand proposals export and import', () => {
  test('the decisions of a spreadsheet are counted, then taken; a second import changes nothing', async () => {
    const texts = { mug: 'A new mug.', rug: '=1+1 is a rug, "fine"', cup: 'A new cup.', pot: 'A new pot.' }
    const { errand, exported, path, save, find, all } = await sheets(texts)
    expect(exported.notes).toContain(`4 proposals are in ${path}.`)
    expect(readFileSync(path, 'utf8')).toMatch(
      /^\uFEFFid,target,field,before,after,flags,status,decision,note,version\r\n/,
    )
    expect(readFileSync(path, 'utf8')).toContain(`"'=1+1 is a rug, ""fine"""`)
    save(
      (row, product) => {
        if (product === 'mug' || product === 'rug') row['decision'] = ' Approve'
        if (product === 'mug') row['after'] = 'A mug by hand.'
        if (product === 'cup') Object.assign(row, { decision: 'reject', note: 'Not this.' })
      },
      // As Excel in Sweden.
      { delimiter: ';', newline: '\r\n' },
    )
    const dry = await errand(['import', path, '--dry-run'])
    expect(dry.out.split('\n').map((line) => line.trim())).toEqual([
      '1  to approve',
      '1  to approve as edited (row 5)',
      '1  to reject',
      '0  so already',
      '1  without a decision',
      '0  not taken',
      '',
    ])
    expect((await all()).map(({ status }) => status)).toEqual(['proposed', 'proposed', 'proposed', 'proposed'])
    expect((await errand(['import', path], { keys: ['y'] })).out).toContain('3 of 3 decisions were taken.')
    expect(await find('mug')).toMatchObject({ status: 'approved', after: 'A mug by hand.' })
    expect(await find('rug')).toMatchObject({ status: 'approved', after: texts.rug })
    expect(await find('rug')).not.toHaveProperty('suggested')
    expect(await find('cup')).toMatchObject({ status: 'rejected', reason: 'Not this.' })
    const [before, again, after] = [await all(), await errand(['import', path, '--yes']), await all()]
    expect([again.code, again.out, after]).toEqual([0, expect.stringContaining('3  so already') as string, before])
  })

  test('a row whose proposal has changed since is refused, as are those that cannot be meant; the others are taken', async () => {
    const texts = {
      mug: 'A new mug.',
      rug: 'A new rug.',
      cup: 'A new cup.',
      pot: 'A new pot.',
      jar: 'A new jar.',
      lid: 'A lid.',
    }
    const { errand, path, save, find } = await sheets(texts)
    save((row, product) => {
      row['decision'] = product === 'cup' ? 'perhaps' : 'approve'
      if (product === 'pot') row['after'] = 'x'
      if (product === 'jar') row['after'] = ''
      if (product === 'lid') row['id'] = 'prop_01KASH2V8ZQ5D3N6W7X8Y9Z0AB_7X8Y9Z_1'
    })
    await errand(['reject', (await find('rug')).id])
    const { code, out, notes } = await errand(['import', path, '--yes'])
    expect([code, out]).toEqual([1, expect.stringContaining('1 of 2 decisions were taken.') as string])
    expect(notes.replaceAll(/prop_\w+/g, 'ID').split('\n')).toEqual([
      'row 2  ID  There is no proposal "ID".',
      'row 3  ID  its column after is empty: reject it, or say what is to be there',
      'row 5  ID  the decision is "perhaps", and must be approve or reject',
      'row 6  ID  it has changed since the export, and is rejected now',
      'row 4  ID  The edited text was not accepted: The text has 1 characters; it must have 3 to 90.',
      'Nothing is written yet: "errand proposals apply" does that.',
      '',
    ])
    expect((await find('mug')).status).toBe('approved')
    await expect(errand(['import', path])).rejects.toThrow('--yes does it without a question')
  })

  test.each([
    [Buffer.from('id,after,decision,version\nprop_1,Gr\xf6n,approve,1\n', 'latin1'), 'is not in UTF-8. Save it from'],
    [Buffer.from('id;after;decision\n'), 'has no column version.'],
    [null, 'Cannot read'],
  ])('a file that cannot be meant is refused as a whole', async (bytes, says) => {
    const { errand } = await proposalScene({})
    const path = join(folder, `${String(made++)}.csv`)
    if (bytes) writeFileSync(path, bytes)
    await expect(errand(['import', path])).rejects.toThrow(says)
  })

  test('a file with a quote that has no end is refused whole, by its line, and decides nothing', async () => {
    const { errand, path, save } = await sheets({ 'a-1': 'Ett', 'a-2': 'Två' })
    save((row) => {
      row['decision'] = 'approve'
    })
    const [header = '', first = '', ...rest] = readFileSync(path, 'utf8').split('\r\n')
    writeFileSync(path, [header, `"${first}`, ...rest].join('\r\n'))
    await expect(errand(['import', path, '--yes'])).rejects.toThrow('A quote opens on line 2 and is not closed')
  })

  test('an export writes over no file, which may hold decisions', async () => {
    const { errand, path } = await sheets({})
    await expect(errand(['export', '--csv', path])).rejects.toThrow('must not be there yet')
  })
})

test.each(['=1', '+1', '-1', '@a', "'=1", "''-1", '\t=', 'plain', "'plain", '', "'"])(
  'the cell %j comes back',
  (cell) => {
    expect(unguarded(guarded(cell))).toBe(cell)
    expect(guarded(cell)).not.toMatch(/^[=+\-@\t\r]/)
  },
)

test('a value with fields has a row for each, and what was edited of it comes back in its kind', () => {
  const before = { title: 'Mug', price: 90, tags: ['a'] }
  const proposal: Proposal = {
    ...PROPOSAL_EXAMPLES.proposal,
    flags: [],
    before,
    after: { ...before, title: 'A mug', tags: null },
  }
  const rows = rowsOf(proposal)
  expect(rows.map(({ field, before: old, after }) => [field, old, after])).toEqual([
    ['title', 'Mug', 'A mug'],
    ['price', '90', '90'],
    ['tags', '[\n  "a"\n]', ''],
  ])
  const cells = new Map(rows.map(({ field, after }) => [field, field === 'price' ? '95' : after]))
  expect(valueIn(cells, proposal)).toEqual({ title: 'A mug', price: 95, tags: null })
  expect(() => valueIn(new Map([['price', 'x']]), proposal)).toThrow('It is no JSON')
})
