import { afterAll, afterEach, beforeEach, describe, test, vi } from 'vitest'
import { listen, peerAddress } from '#adapters/node/http/http-server.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { allSuites } from '#test/runtimes/machine-suites.ts'
import { clockContract } from './clock.contract.ts'

const ends: (() => Promise<void> | void)[] = []
afterAll(async () => {
  for (const end of ends) await end()
})

// `test/runtimes` runs the same suites on Deno and on Bun.
describe.each(allSuites({ listen, peerAddress }, (end) => ends.push(end)))('$name', ({ cases }) => {
  test.each(cases)('$name', async ({ run }) => {
    await run()
  })
})

describe('system clock', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test.each(clockContract)('Clock: $name', async ({ run }) => {
    await run({
      clock: new SystemClock(),
      pass: async (ms) => {
        await vi.advanceTimersByTimeAsync(ms)
      },
      step: (ms) => {
        vi.setSystemTime(Date.now() + ms)
      },
    })
  })
})
