import { describe, expect, test } from 'vitest'
import { type Marks, isVisitors, pairs } from '#adapters/console/browser/same-node.ts'

const TEXT = { name: '#text', id: '', target: '' }

function card(id: string): Marks {
  return { name: 'ARTICLE', id, target: '' }
}

function form(target: string): Marks {
  return { name: 'FORM', id: '', target }
}

describe('a page that is read again', () => {
  test('makes no question into another one when a new one comes before it', () => {
    expect(pairs([card('a-1'), TEXT], [card('b-1'), TEXT, card('a-1'), TEXT])).toEqual([null, 1, 0, null])
  })

  test('makes no question into the one that follows it when it is answered', () => {
    expect(pairs([card('a-1'), card('b-1')], [card('b-1')])).toEqual([1])
    expect(pairs([card('a-1')], [card('b-1')])).toEqual([null])
  })

  test('makes a question that has changed anew', () => {
    expect(pairs([card('a-1')], [card('a-2')])).toEqual([null])
  })

  test('makes what has an id into nothing without one, and the other way round', () => {
    expect(pairs([card('a-1'), card('')], [card('')])).toEqual([1])
    expect(pairs([card('')], [card('a-1')])).toEqual([null])
  })

  test('makes no form into one that posts elsewhere', () => {
    expect(pairs([form('/approve'), form('/reject')], [form('/reject')])).toEqual([1])
    expect(pairs([form('/approve')], [form('/apply')])).toEqual([null])
  })

  test.each([
    { attribute: 'open', name: 'DETAILS', type: '', kept: true },
    { attribute: 'value', name: 'INPUT', type: 'text', kept: true },
    { attribute: 'value', name: 'INPUT', type: '', kept: true },
    { attribute: 'checked', name: 'INPUT', type: 'checkbox', kept: true },
    { attribute: 'value', name: 'INPUT', type: 'checkbox', kept: false },
    { attribute: 'value', name: 'INPUT', type: 'hidden', kept: false },
    { attribute: 'value', name: 'PROGRESS', type: '', kept: false },
    { attribute: 'value', name: 'OPTION', type: '', kept: false },
    { attribute: 'class', name: 'INPUT', type: 'text', kept: false },
  ])("keeps the attributes that are the visitor's: %j", ({ attribute, kept, ...kind }) => {
    expect(isVisitors(attribute, kind)).toBe(kept)
  })
})
