import { describe, expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { OperationRunner } from '#adapters/node/engine/operation-runner.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'

/** An operation's id begins with its tenant's. */
const keyOf = (id: string) => ({ id, tenantId: id.slice(0, 1) })

/** A runner whose operations take as many slices as are listed; an error stands for a slice that fails. */
function running(slices: Record<string, (boolean | Error)[]>, places = 4) {
  const clock = new ManualClock()
  const logger = new RecordingLogger()
  const worked: string[] = []
  const runner = new OperationRunner({
    operations: { unfinished: () => Promise.resolve(Object.keys(slices).map(keyOf)) },
    places,
    operate: (id) => {
      worked.push(id)
      const next = slices[id]?.shift() ?? false
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next)
    },
    clock,
    logger,
  })
  return { runner, worked, clock, logger }
}

describe('the runner of bulk operations', () => {
  test('goes on with what an earlier process left, slice by slice', async () => {
    const { runner, worked, clock } = running({ a: [true, true, false] })
    await runner.start()
    await clock.advance(0)
    expect(worked).toEqual(['a', 'a', 'a'])
  })

  test('a slice that fails is tried again after a rest, and does not spin', async () => {
    const { runner, worked, clock, logger } = running({ a: [new Error('full'), new Error('full'), false] })
    await runner.start()
    await clock.advance(999)
    expect(worked).toHaveLength(1)
    await clock.advance(1)
    expect(worked).toHaveLength(2)
    await clock.advance(1999)
    expect(worked).toHaveLength(2)
    await clock.advance(1)
    expect(worked).toHaveLength(3)
    expect(logger.lines.filter(({ error }) => error !== undefined)).toHaveLength(2)
  })

  test('begins nothing when it is stopped', async () => {
    const { runner, worked, clock } = running({ a: [new Error('full'), true] })
    await runner.start()
    await clock.advance(0)
    await runner.drain()
    runner.run(keyOf('b'))
    await clock.advance(60_000)
    expect(worked).toEqual(['a'])
    expect(clock.nextAt()).toBeNull()
  })

  test('tenants take turns, and so do the operations of one tenant', async () => {
    const long = (): boolean[] => [true, true, true, false]
    const { runner, worked, clock } = running({ a1: long(), a2: long(), b1: [true, false] }, 1)
    await runner.start()
    await clock.advance(0)
    expect(worked).toEqual(['a1', 'b1', 'a2', 'b1', 'a1', 'a2', 'a1', 'a2', 'a1', 'a2'])
  })

  test('the operation of another tenant begins next, behind a thousand', async () => {
    const slices: Record<string, (boolean | Error)[]> = {}
    for (let n = 0; n < 1000; n++) slices[`a${String(n)}`] = [true, true]
    const { runner, worked, clock } = running(slices, 1)
    await runner.start()
    runner.run(keyOf('b'))
    await clock.advance(0)
    expect(worked.slice(0, 3)).toEqual(['a0', 'b', 'a1'])
  })
})
