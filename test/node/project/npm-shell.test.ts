import { expect, test } from 'vitest'
import { whenNpmEnds } from '#adapters/node/project/npm-shell.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'

/** A process whose parent is 7 until that is gone. */
function watching(env: Record<string, string>) {
  const clock = new ManualClock()
  const parents = { now: 7 }
  let calls = 0
  const unwatch = whenNpmEnds({ env, parent: () => parents.now, clock }, () => calls++)
  const after = async (ms: number): Promise<number> => {
    await clock.advance(ms)
    return calls
  }
  return { parents, after, unwatch }
}

const BY_NPM = { npm_lifecycle_event: 'npx' }

test("a process that npm has started hears of the end of npm's shell, once", async () => {
  const { parents, after } = watching(BY_NPM)
  expect(await after(10_000)).toBe(0)
  parents.now = 1
  expect(await after(1000)).toBe(1)
  expect(await after(10_000)).toBe(1)
})

test('and not when it has ended its watch', async () => {
  const { parents, after, unwatch } = watching(BY_NPM)
  unwatch()
  parents.now = 1
  expect(await after(10_000)).toBe(0)
})

test('any other process may outlive its parent', async () => {
  const { parents, after } = watching({})
  parents.now = 1
  expect(await after(10_000)).toBe(0)
})
