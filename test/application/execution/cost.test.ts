import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { NO_USAGE } from '#domain/agent/usage.ts'
import { isFinished } from '#domain/job/job.ts'
import { ModelError } from '#domain/model/errors.ts'
import { type Execution, NEVER, execution } from '#test/support/execution.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { tool } from '#test/support/tools.ts'

const CALLING = asks({ id: 'a', name: 'count' })
const writer = defineAgent({
  name: 'writer',
  instructions: '',
  tools: [tool('count', () => 1)],
  fallbackModels: ['a/unpriced'],
})

async function run(world: Execution, ...answers: ConstructorParameters<typeof ListedModel>) {
  const id = await world.submit()
  const model = new ListedModel(...answers)
  for (let wakes = 0; wakes < 20 && !isFinished(await world.job(id)); wakes++) {
    await world.executor(model).execute(id, NEVER)
    await world.clock.advance(60_000)
  }
  return world.job(id)
}

describe('the receipt of a job', () => {
  test('has what its calls cost, at the prices of their models', async () => {
    const job = await run(execution(writer), CALLING, answer('Hej!'))
    const cost = { nanos: 140_000, unpricedCalls: 0 }
    expect(job).toMatchObject({ receipt: { cost: { answered: cost, failed: { nanos: 0 } } }, report: { cost } })
  })

  test('has what failed calls cost apart from the rest', async () => {
    const usage = { ...NO_USAGE, inputTokens: 100, cachedInputTokens: 60 }
    const useless = new ModelError('It is empty.', { retryable: true, usage })
    const busy = new ModelError('Slow down.', { retryable: true })
    const job = await run(execution(writer), useless, busy, answer('Hej!'))
    expect(job).toMatchObject({
      receipt: {
        failedModelCalls: 2,
        cost: { answered: { nanos: 70_000, unpricedCalls: 0 }, failed: { nanos: 86_000, unpricedCalls: 0 } },
      },
      report: { cost: { nanos: 156_000, unpricedCalls: 0 } },
    })
  })

  test('says how many calls it has no price for, and what the others cost', async () => {
    const refused = new ModelError('No.', { retryable: false })
    const job = await run(execution(writer), CALLING, refused, answer('Hej!'))
    expect(job).toMatchObject({
      receipt: { cost: { answered: { nanos: 70_000, unpricedCalls: 1 }, failed: { nanos: 0, unpricedCalls: 0 } } },
    })
  })

  test.each(['model_call.completed', 'tool_call.started', 'tool_call.completed'])(
    'counts a call once whose process died after %s',
    async (type) => {
      const world = execution(writer)
      const id = await world.submit()
      const model = new ListedModel(CALLING, answer('Hej!'), answer('Hej!'))
      world.store.dieAfter(type)
      await world
        .executor(model)
        .execute(id, NEVER)
        .catch(() => undefined)
      world.store.restart()
      await world.executor(model).execute(id, NEVER)
      const events = await world.store.events(id, 0)
      const answers = events.filter(({ event }) => event.type === 'model_call.completed')
      expect(await world.job(id)).toMatchObject({
        status: 'completed',
        receipt: { cost: { answered: { nanos: 70_000 * answers.length, unpricedCalls: 0 } } },
      })
      expect(answers).toHaveLength(2)
    },
  )
})
