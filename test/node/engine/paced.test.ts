import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Paced } from '#adapters/node/engine/paced.ts'

test('so many a turn of the event loop, in their order, and the first at once', async () => {
  const pace = new Paced(2)
  const begun: number[] = []
  const all = [1, 2, 3, 4, 5].map((n) => pace.turn().then(() => begun.push(n)))
  await Promise.resolve()
  expect(begun).toEqual([1, 2])
  await nextTurn()
  expect(begun).toEqual([1, 2, 3, 4])
  // One that comes now is behind those that wait, and in a later turn there is room at once.
  const late = pace.turn().then(() => begun.push(6))
  await Promise.all([...all, late])
  expect(begun).toEqual([1, 2, 3, 4, 5, 6])
  await nextTurn()
  const next = pace.turn().then(() => begun.push(7))
  await Promise.resolve()
  await Promise.resolve()
  expect(begun.at(-1)).toBe(7)
  await next
})
