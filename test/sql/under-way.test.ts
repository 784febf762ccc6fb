import { describe, expect, test } from 'vitest'
import { UnderWay } from '#adapters/sql/under-way.ts'

/** Two pieces of work about one thing, begun one after the other. */
function twoOfOne() {
  const underWay = new UnderWay<string>()
  const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()]
  const ends = [underWay.during('a', first.promise), underWay.during('a', second.promise)]
  return { underWay, first, second, ends }
}

describe('what is under way', () => {
  test('is waited for until the last that was begun is over, and forgotten then', async () => {
    const { underWay, first, second, ends } = twoOfOne()
    first.resolve('first')
    expect(await ends[0]).toBe('first')
    let isOver = false
    const over = underWay.over('a').finally(() => {
      isOver = true
    })
    expect(await underWay.over('b')).toBeUndefined()
    expect(isOver).toBe(false)
    expect(underWay.size).toBe(1)
    second.resolve('second')
    expect(await over).toBe('second')
    expect(await ends[1]).toBe('second')
    expect(underWay.size).toBe(0)
  })

  test('may fail, which is for whoever has begun it', async () => {
    const { underWay, first, second, ends } = twoOfOne()
    const over = underWay.over('a')
    second.reject(new Error('The disk is full.'))
    first.resolve('first')
    expect(await over).toBeUndefined()
    await expect(ends[1]).rejects.toThrow('The disk is full.')
    expect(underWay.size).toBe(0)
  })
})
