import { describe, expect, test } from 'vitest'
import { InlineCommit } from '#adapters/node/sqlite/inline-commit.ts'

const FAST = 0.3
const SLOW = 5

/** How many commits in a row use the thread before one is tried inline again. */
function skipped(inline: InlineCommit): number {
  for (let count = 0; ; count++) if (inline.isWorthwhile()) return count
}

describe('inline commits', () => {
  test('are worthwhile while the disk is fast', () => {
    const inline = new InlineCommit()
    expect(skipped(inline)).toBe(0)
    inline.took(FAST)
    expect(skipped(inline)).toBe(0)
  })

  test('are skipped once after a slow one, and twice as often after each further slow one', () => {
    const inline = new InlineCommit()
    const counts = Array.from({ length: 9 }, () => {
      inline.took(SLOW)
      return skipped(inline)
    })
    expect(counts).toEqual([1, 3, 7, 15, 31, 63, 127, 127, 127])
  })

  test('are worthwhile again after the first fast one', () => {
    const inline = new InlineCommit()
    for (const ms of [SLOW, SLOW, SLOW, FAST]) inline.took(ms)
    expect(skipped(inline)).toBe(0)
    inline.took(SLOW)
    expect(skipped(inline)).toBe(1)
  })
})
