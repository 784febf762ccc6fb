import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { morph } from '#adapters/console/browser/morph.ts'
import { SmallElement, SmallNode, el } from './small-dom.ts'

beforeEach(() => vi.stubGlobal('Element', SmallElement))
afterEach(() => vi.unstubAllGlobals())

/** What `from` has become, with the focus on one of its nodes. */
function morphed(from: SmallElement, to: SmallElement, focused: SmallNode | null = null): string {
  SmallNode.focused = focused
  morph(from as unknown as Element, to as unknown as Element)
  return String(from)
}

const row = (job: string, status: string): SmallElement =>
  el('tr', {}, el('td', {}, el('a', { href: `/jobs/${job}` }, job)), el('td', {}, status))
const question = (id: string): SmallElement => el('li', { id }, el('button', {}, 'Approve'))
const child = (of: SmallElement, place: number): SmallElement => of.childNodes[place] as SmallElement

describe('a page that is read again', () => {
  test('becomes what the new one says: texts, attributes and nodes', () => {
    const from = el('div', { class: 'old', title: 'x' }, 'a', el('p', {}, 'one'), el('b', {}, 'gone'))
    const to = el('div', { class: 'new' }, 'b', el('p', {}, 'two'), el('ul', {}, el('li', {}, 'added')))
    const wanted = String(to)
    expect(morphed(from, to)).toBe(wanted)
  })

  test('changes no node that is as it was', () => {
    const from = el('div', {}, el('p', {}, 'same'), el('p', {}, 'old'))
    const [same, changed] = [child(from, 0), child(from, 1)]
    morphed(from, el('div', {}, el('p', {}, 'same'), el('p', {}, 'new')))
    expect(from.childNodes).toEqual([same, changed])
    expect(from.childNodes[0]).toBe(same)
    expect(from.childNodes[1]).toBe(changed)
    expect(String(changed)).toBe('<p>new</p>')
  })

  test('keeps the focus where questions before it have gone and others have come', () => {
    const from = el('ul', {}, question('a'), question('b'), question('c'))
    const button = child(child(from, 1), 0)
    morphed(from, el('ul', {}, question('new'), question('b'), question('d')), button)
    expect(SmallNode.focused).toBe(button)
    expect(from.childNodes.map((node) => (node as SmallElement).id)).toEqual(['new', 'b', 'd'])
  })

  test('keeps the focus on the link to the same job when rows come before it', () => {
    const from = el('tbody', {}, row('1', 'running'), row('2', 'running'))
    const link = child(child(child(from, 0), 0), 0)
    morphed(from, el('tbody', {}, row('0', 'queued'), row('1', 'failed')), link)
    expect(SmallNode.focused).toBe(link)
    expect(link.getAttribute('href')).toBe('/jobs/1')
    expect(from.childNodes.map(String)).toEqual([row('0', 'queued'), row('1', 'failed')].map(String))
  })

  test('gives the focus to no other question when its own has gone', () => {
    const from = el('ul', {}, question('a'), question('b'))
    morphed(from, el('ul', {}, question('b')), child(child(from, 0), 0))
    expect(SmallNode.focused).toBeNull()
  })

  test('keeps what is opened, typed and ticked', () => {
    const from = el(
      'div',
      {},
      el('details', { open: '' }, 'old'),
      el('input', { value: 'typed' }),
      el('input', { type: 'checkbox', checked: '' }),
    )
    const fresh = el('div', {}, el('details', {}, 'new'), el('input', {}), el('input', { type: 'checkbox' }))
    expect(morphed(from, fresh)).toBe(
      '<div><details open="">new</details><input value="typed"></input><input checked="" type="checkbox"></input></div>',
    )
  })

  test('leaves alone what is marked so: the text of a model, as it is being written', () => {
    const from = el('div', {}, el('p', { id: 'live-text', 'data-keep': '' }, 'Once upon'), 'old')
    const fresh = el('div', {}, el('p', { id: 'live-text', 'data-keep': '' }), 'new')
    expect(morphed(from, fresh)).toBe('<div><p data-keep="" id="live-text">Once upon</p>new</div>')
  })

  test('never makes a form into one that does something else', () => {
    const from = el('div', {}, el('form', { action: '/approve' }, el('button', {}, 'Approve')))
    const old = child(from, 0)
    morphed(from, el('div', {}, el('form', { action: '/delete' }, el('button', {}, 'Delete'))))
    expect(from.childNodes).toHaveLength(1)
    expect(from.childNodes[0]).not.toBe(old)
    expect(old.getAttribute('action')).toBe('/approve')
  })
})
