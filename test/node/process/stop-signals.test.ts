import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { StopSignals } from '#adapters/node/process/stop-signals.ts'
import { silentLogger } from '#test/support/silent-logger.ts'

describe('signals to stop', () => {
  let process: EventEmitter
  let clock: ManualClock
  let requests: string[]

  beforeEach(() => {
    process = new EventEmitter()
    clock = new ManualClock()
    requests = []
    const signals = new StopSignals({ source: process, clock, logger: silentLogger })
    void signals.requested.then((signal) => requests.push(`first ${signal}`))
    void signals.repeated.then((signal) => requests.push(`second ${signal}`))
  })

  async function received(...names: readonly string[]): Promise<readonly string[]> {
    for (const name of names) process.emit(name, name)
    await clock.advance(0)
    return requests
  }

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s is a request', async (name) => {
    expect(await received(name)).toEqual([`first ${name}`])
  })

  test('within three seconds are one request, also where another signal comes with it', async () => {
    await received('SIGINT', 'SIGINT', 'SIGTERM')
    await clock.advance(2999)
    expect(await received('SIGINT')).toEqual(['first SIGINT'])
  })

  test('after three seconds are a second one', async () => {
    await received('SIGINT', 'SIGINT')
    await clock.advance(3000)
    expect(await received('SIGTERM', 'SIGTERM')).toEqual(['first SIGINT', 'second SIGTERM'])
  })
})
