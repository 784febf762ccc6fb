import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { T0 } from '#test/support/fixtures.ts'
import { ListedModel, answer } from '#test/support/script.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })

describe('an executor that shares its store', () => {
  const shared = { alone: false, leaseMs: 30_000 }

  test('renews its lease during a long call', async () => {
    const world = execution(writer)
    const id = await world.submit()
    const asked = Promise.withResolvers<undefined>()
    const reply = Promise.withResolvers<ReturnType<typeof answer>>()
    const model = new ListedModel(() => {
      asked.resolve(undefined)
      return reply.promise
    })
    const running = world.executor(model, undefined, shared).execute(id, NEVER)
    await asked.promise
    await world.clock.advance(95_000)
    expect(await world.job(id)).toMatchObject({ status: 'running', lease: { expiresAt: T0 + 120_000 } })
    const other = new ListedModel()
    await world.executor(other, undefined, shared).execute(id, NEVER)
    expect(other.requests).toHaveLength(0)
    reply.resolve(answer('Hej!'))
    await running
    expect(await world.job(id)).toMatchObject({ status: 'completed', attempt: 1 })
    // Nothing of the attempt is left: no heartbeat, no guard, no deadline.
    expect(world.clock.nextAt()).toBeNull()
  })

  test('that has lost its lease stops within one heartbeat: its call is aborted and its answer refused', async () => {
    const world = execution(writer)
    const id = await world.submit()
    const asked = Promise.withResolvers<AbortSignal>()
    const model = new ListedModel((_request, { signal }) => {
      asked.resolve(signal)
      return new Promise(() => undefined)
    })
    const slow = world.executor(model, undefined, shared).execute(id, NEVER)
    const signal = await asked.promise
    // Alone in its view, as after a partition: it takes the job over.
    await world.executor(new ListedModel(answer('From the second.'))).execute(id, NEVER)
    await world.clock.advance(10_000)
    await slow
    expect(signal.aborted).toBe(true)
    expect(await world.job(id)).toMatchObject({
      status: 'completed',
      attempt: 2,
      report: { output: 'From the second.' },
    })
  })
})
