import { afterEach, describe, expect, test, vi } from 'vitest'
import { editText } from '#adapters/cli/proposals/editor.ts'
import { proposalScene } from './proposals-scene.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('errand proposals', () => {
  test('lists, by filters, newest first; the group alone lists, too', async () => {
    const { errand, find } = await proposalScene({ mug: 'A new mug.', rug: 'A new rug of wool.' })
    const [mug, rug] = [await find('mug'), await find('rug')]
    const rows = (await errand([])).out.split('\n').map((line) => line.split(/ {2,}/))
    expect(rows).toEqual([
      ['ID', 'STATUS', 'AGENT', 'TARGET', 'FLAGS'],
      [rug.id, 'proposed', 'writer', 'product:rug'],
      [mug.id, 'proposed', 'writer', 'product:mug', 'short'],
      [''],
    ])
    const ids = async (...filter: string[]) => (await errand(filter)).out.match(/prop_\w+/g) ?? []
    expect(await ids('--flag', 'short')).toEqual([mug.id])
    expect(await ids('--target', 'product:r')).toEqual([rug.id])
    expect(await ids('--agent', 'writer', '--batch', 'autumn', '--limit', '1')).toEqual([rug.id])
    expect((await errand(['--agent', 'another'])).notes).toBe('There are no such proposals.\n')
    await expect(errand(['--sample', '2'])).rejects.toThrow('It must be a share between 0 and 1')
  })

  test('show: both texts with what has changed, and nothing that steers the terminal', async () => {
    const { errand, find } = await proposalScene({ mug: '\u001b[2J\u202E mug' })
    const { out } = await errand(['show', (await find('mug')).id])
    expect(out).toContain('short: The text')
    expect(out).toMatch(/Before\n\[-Old-\] mug\[-\.-\]\n\nAfter\n\{\+�\[2J�\+\} mug\n/)
    expect(out).not.toMatch(/[\u001b\u202E]/)
  })

  test('approve, apply and undo: by ids, a line for each', async () => {
    const { errand, find, shelf, carryOut } = await proposalScene({ mug: 'A new mug.', rug: 'A new rug.' })
    const [mug, rug] = [(await find('mug')).id, (await find('rug')).id]
    expect((await errand(['approve', mug])).out).toBe(`${mug}  approved\n`)
    const mixed = await errand(['apply', rug, mug])
    expect([mixed.code, mixed.out]).toEqual([1, `${mug}  applying\n`])
    expect(mixed.notes).toMatch(`${rug}  Proposal ${rug} is proposed`)
    await carryOut()
    expect(shelf.texts.get('mug')).toBe('A new mug.')
    expect(JSON.parse((await errand(['undo', mug, '--json'])).out)).toMatchObject([{ id: mug, status: 'undoing' }])
    await errand(['reject', rug, '--reason', 'Too short.'])
    expect(await find('rug')).toMatchObject({ status: 'rejected', reason: 'Too short.' })
  })

  test('approve by a filter: says the number and asks; --yes does not ask', async () => {
    const { errand, all, requests } = await proposalScene({ mug: 'A new mug.', rug: 'A new rug.', cup: 'A new cup.' })
    const statuses = async () => (await all()).map(({ status }) => status)
    const no = await errand(['approve', '--batch', 'autumn'], { keys: ['n'] })
    expect([no.notes, no.out, no.isRaw]).toEqual(['Approve 3 proposals? (y/n) no\n', '', false])
    expect(requests).toEqual(['/proposals/counts?batch=autumn&status=proposed'])
    await expect(errand(['approve', '--batch', 'autumn'])).rejects.toThrow(
      'Approve 3 proposals? Nothing was done: --yes',
    )
    expect(await statuses()).toEqual(['proposed', 'proposed', 'proposed'])
    expect((await errand(['approve', '--target', 'product:mug'], { keys: ['y'] })).out).toBe('Approved 1.\n')
    expect((await errand(['reject', '--status', 'proposed', '--reason', 'No.', '--yes'])).out).toBe('Rejected 2.\n')
    expect(await statuses()).toEqual(['rejected', 'rejected', 'approved'])
    expect((await errand(['apply', '--batch', 'other', '--yes'])).notes).toBe('There is nothing to apply that fits.\n')
    await expect(errand(['apply'])).rejects.toThrow('Name proposals, or say which with a filter')
    await expect(errand(['apply', 'prop_1', '--batch', 'x'])).rejects.toThrow('but not both')
  })
})

describe('errand proposals review', () => {
  test('each key does what it says, and the terminal is left as it was', async () => {
    const { errand, find } = await proposalScene({ mug: 'A new mug.', rug: 'A new rug.', cup: 'A new cup.' })
    const { out, notes, isRaw } = await errand(['review'], {
      keys: ['x', '?', 'a', 'r', 'Too l', '\u007f', 'short', '\r', 's'],
    })
    expect(out).toMatch(
      /product:cup[^]*a {2}approve it as it is[^]*approved\n[^]*product:rug[^]*Why\?[^]*rejected\n[^]*skipped/,
    )
    expect(notes).toMatch(/^1 approved, 1 rejected, 1 skipped\.\nNothing is written yet/)
    expect(isRaw).toBe(false)
    expect(await find('rug')).toMatchObject({ status: 'rejected', reason: 'Too short' })
    expect([(await find('cup')).status, (await find('mug')).status]).toEqual(['approved', 'proposed'])
  })

  test('q and Ctrl-C quit; Ctrl-C leaves the reason; u undoes one that is applied', async () => {
    const { errand, find, carryOut, shelf } = await proposalScene({ mug: 'A new mug.' })
    expect((await errand(['review'], { keys: ['q'] })).notes).toBe('Nothing was decided.\n')
    expect((await errand(['review'], { keys: ['\u0003'] })).notes).toBe('Nothing was decided.\n')
    const back = await errand(['review'], { keys: ['r', 'no', '\u0003', 'u', 'a'] })
    expect(back.out).toContain('nothing was applied yet')
    expect((await find('mug')).status).toBe('approved')
    await errand(['apply', (await find('mug')).id])
    await carryOut()
    await errand(['review', '--status', 'applied'], { keys: ['u'] })
    await carryOut()
    expect(shelf.texts.get('mug')).toBe('Old mug.')
  })

  test('e approves what the person has written; the guards look at it, and the draft is kept', async () => {
    const { errand, find } = await proposalScene({ mug: 'A new mug.' })
    const seen: string[] = []
    const written = ['x\n', 'x and more.\n']
    const edit = (text: string): string => {
      seen.push(text)
      return written.shift() ?? text
    }
    const { out } = await errand(['review'], { keys: ['e', 'e'], edit })
    expect(out).toContain('The edited text was not accepted')
    expect(seen).toEqual(['A new mug.', 'x'])
    expect(await find('mug')).toMatchObject({ status: 'approved', after: 'x and more.', suggested: 'A new mug.' })
  })

  test('an editor that changes nothing approves nothing', async () => {
    const { errand, find } = await proposalScene({ mug: 'A new mug.' })
    await errand(['review'], { keys: ['e', 'q'], edit: (text) => `${text}\n` })
    expect((await find('mug')).status).toBe('proposed')
  })

  test('what another reviewer has decided meanwhile is not overruled', async () => {
    const { app, errand, find } = await proposalScene({ mug: 'A new mug.' })
    const { id } = await find('mug')
    const edit = async (): Promise<string> => {
      await app.post(`/proposals/${id}/reject`, {})
      return 'Mine is better.'
    }
    const { out } = await errand(['review'], { keys: ['e', 's'], edit })
    expect(out).toContain('errand explain proposal_changed')
    expect((await find('mug')).status).toBe('rejected')
  })

  test('both texts are beside each other where there is room, and colours mark what has changed', async () => {
    const { errand } = await proposalScene({ mug: 'A new mug.' })
    const { out } = await errand(['review'], { keys: ['q'], columns: 103, hasColours: true })
    const before = '\u001B[31mOld \u001B[0mmug.'
    const after = '\u001B[32mA new \u001B[0mmug.'
    expect(out).toContain(`${before}${' '.repeat(42)}\u001B[2m │ \u001B[0m${after}\n`)
  })

  test('without a terminal it says what to do in place of it', async () => {
    const { errand } = await proposalScene({})
    await expect(errand(['review'])).rejects.toThrow(/A review needs a terminal.*errand proposals export/)
  })
})

test('the editor of the environment gets the text in a file, and its failure is said', async () => {
  const env = { ...process.env, VISUAL: undefined }
  expect(await editText('Old', '.txt', { ...env, EDITOR: 'printf " text" >>' })).toBe('Old text')
  await expect(editText('Old', '.txt', { ...env, EDITOR: 'exit 3;' })).rejects.toThrow('ended with code 3')
})
