import { expect, test } from 'vitest'
import { nearestWord } from '#domain/explanation/nearest-word.ts'

const FIELDS = ['name', 'instructions', 'tools', 'maxIterations']

test.each([
  ['instruction', 'instructions'],
  ['maxiterations', 'maxIterations'],
  ['tool', 'tools'],
  ['mane', 'name'],
  ['execute', null],
  ['x', null],
  ['', null],
  ['instructions'.repeat(1000), null],
])('%.20s: %s', (written, meant) => {
  expect(nearestWord(written, FIELDS)).toBe(meant)
})
