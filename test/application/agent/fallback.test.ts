import { describe, expect, test } from 'vitest'
import { type AgentDefinition, defineAgent } from '#domain/agent/agent.ts'
import type { AssistantMessage } from '#domain/agent/message.ts'
import { ModelError } from '#domain/model/errors.ts'
import { isFinished } from '#domain/job/job.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { submitted } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import { tool } from '#test/support/tools.ts'

const busy = (): ModelError => new ModelError('Busy.', { retryable: true })
const refused = (): ModelError => new ModelError('No such model.', { retryable: false })
/** Of the installation. */
const DEFAULT_MODEL = 'scripted/test'
const FALLBACK = { model: 'a/one', fallbackModels: ['b/two', 'c/three'] }
const writer = (more: Partial<AgentDefinition> = {}) =>
  defineAgent({ name: 'writer', instructions: '', ...FALLBACK, ...more })

/** One job, woken until it is finished. */
async function run(answers: ConstructorParameters<typeof ListedModel>, agent = writer()) {
  const model = new ListedModel(...answers)
  const world = execution(agent)
  const { job, event } = submitted({})
  await world.store.create(job, event)
  for (let wakes = 0; wakes < 20 && !isFinished(await world.job(job.id)); wakes++) {
    await world.executor(model).execute(job.id, NEVER)
    await world.clock.advance(300_000)
  }
  const events = (await world.store.events(job.id, 0)).map((stored) => stored.event)
  return {
    asked: model.requests.map((request) => request.model),
    requests: model.requests,
    switches: events.filter(({ type }) => type === 'model.switched'),
    job: await world.job(job.id),
  }
}

describe('an agent with fallback models', () => {
  test('goes on with the next one at once where waiting does not mend the failure', async () => {
    const { asked, switches, job } = await run([refused(), answer('Hej!')])
    expect(asked).toEqual(['a/one', 'b/two'])
    expect(switches).toMatchObject([{ from: 'a/one', to: 'b/two', reason: 'refused' }])
    expect(job).toMatchObject({
      status: 'completed',
      attempt: 1,
      report: { model: 'b/two', output: 'Hej!' },
      receipt: { failedModelCalls: 1 },
    })
  })

  test('asks each model once, also where the default model stands among the fallbacks', async () => {
    const agent = defineAgent({ name: 'writer', instructions: '', fallbackModels: ['b/two', DEFAULT_MODEL] })
    const { asked, job } = await run([refused(), refused()], agent)
    expect(asked).toEqual([DEFAULT_MODEL, 'b/two'])
    expect(job.status).toBe('failed')
  })

  test('goes on with the next one after three failures in a row, with the waits between them', async () => {
    const { asked, switches, job } = await run([busy(), busy(), busy(), answer('Hej!')])
    expect(asked).toEqual(['a/one', 'a/one', 'a/one', 'b/two'])
    expect(switches).toMatchObject([{ reason: 'failures' }])
    expect(job).toMatchObject({ status: 'completed', attempt: 3 })
  })

  test('goes on after as many as it says', async () => {
    const { asked } = await run([busy(), answer('Hej!')], writer({ fallbackAfterFailures: 1 }))
    expect(asked).toEqual(['a/one', 'b/two'])
  })

  test('stays with the model it has come to, and gives it the transcript that any model reads', async () => {
    const thought: AssistantMessage = {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Hm.', provider: { anthropic: { signature: 's' } } },
        { type: 'tool_call', id: 'a', name: 'look', input: {}, provider: { openai: { itemId: 'i' } } },
      ],
    }
    const answers = [{ ...asks(), message: thought }, refused(), asks({ id: 'b', name: 'look' }), answer('Hej!')]
    const { asked, requests } = await run(answers, writer({ tools: [tool('look', () => null, { effect: 'read' })] }))
    expect(asked).toEqual(['a/one', 'a/one', 'b/two', 'b/two'])
    expect(requests[1]?.messages[1]).toEqual(thought)
    expect(requests[2]?.messages[1]).toEqual({
      role: 'assistant',
      parts: [{ type: 'tool_call', id: 'a', name: 'look', input: {} }],
    })
  })

  test('fails as it would without them where the last one fails too', async () => {
    const { asked, job } = await run([refused(), refused(), refused()])
    expect(asked).toEqual(['a/one', 'b/two', 'c/three'])
    expect(job).toMatchObject({ status: 'failed', error: { code: 'model_failed', message: 'No such model.' } })
  })

  test('goes on with the model of the journal, also when a deploy has changed the list', async () => {
    const model = new ListedModel(refused(), asks({ id: 'a', name: 'look' }), answer('Hej!'))
    const tools = [tool('look', () => null, { effect: 'once' })]
    const world = execution(writer({ tools }))
    const { job, event } = submitted({})
    await world.store.create(job, event)
    world.store.dieAfter('tool_call.completed')
    await world
      .executor(model)
      .execute(job.id, NEVER)
      .catch(() => undefined)
    world.store.restart()
    await world.clock.advance(300_000)
    await world.executor(model, [writer({ tools, fallbackModels: ['d/four'] })]).execute(job.id, NEVER)
    expect(model.requests.map((request) => request.model)).toEqual(['a/one', 'b/two', 'b/two'])
  })

  test('is not made to wait in POST /run: any failure calls the next one', async () => {
    const model = new ListedModel(busy(), answer('Hej!'))
    const response = await testApp([writer()], model).post('/run', { agent: 'writer', input: 1 })
    expect(await response.json()).toMatchObject({ model: 'b/two', output: 'Hej!' })
  })

  test.each([
    [{ fallbackModels: ['gpt-5'] }, 'of its fallbackModels, "gpt-5" must look like "provider/model"'],
    [{ fallbackModels: ['b/two', 'b/two'] }, 'its fallbackModels name "b/two" twice'],
    [{ fallbackModels: ['a/one'] }, 'its fallbackModels name "a/one" twice'],
    [{ fallbackAfterFailures: 0 }, 'fallbackAfterFailures must be a whole number from 1'],
  ])('is refused with %j', (fields, problem) => {
    expect(() => writer(fields)).toThrow(`Agent "writer": ${problem}`)
  })

  test('has another version than one without', () => {
    expect(writer().version).not.toBe(writer({ fallbackModels: [] }).version)
    expect(writer({ fallbackAfterFailures: 9 }).version).toBe(writer().version)
  })
})
