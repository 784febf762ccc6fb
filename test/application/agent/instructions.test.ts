import { describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { type AgentDefinition, defineAgent } from '#domain/agent/agent.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { submitted } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import { tool } from '#test/support/tools.ts'

const input = z.object({ language: z.enum(['sv', 'en']).default('sv') })
const tools = [tool('look', () => null, { effect: 'once' })]

function writer(word: string, more: Partial<AgentDefinition> = {}) {
  const instructions = ({ language }: { language: string }) => `${word} in ${language}.`
  return defineAgent({ name: 'writer', version: '1', input, tools, instructions, ...(more as object) })
}

const REQUEST = { agent: 'writer', input: {} }

describe('instructions that are a function of the input', () => {
  test('are made of what the schema makes of it, and recorded with the first call alone', async () => {
    const model = new ListedModel(asks({ id: 'a', name: 'look' }), answer('Hej!'))
    const world = execution(writer('Write'))
    const { job, event } = submitted({ input: {} })
    await world.store.create(job, event)
    await world.executor(model).execute(job.id, NEVER)
    expect(model.requests.map(({ instructions }) => instructions)).toEqual(['Write in sv.', 'Write in sv.'])
    const events = (await world.store.events(job.id, 0)).map((stored) => stored.event)
    const recorded = events.flatMap((one) => (one.type === 'model_call.started' ? [one.instructions] : []))
    expect(recorded).toEqual(['Write in sv.', undefined])
  })

  test.each([
    ['says something else', writer('Draw')],
    ['has a text in its place', writer('', { instructions: 'Draw.' })],
  ])('say the same in a resumed job after a deploy that %s', async (_what, deployed) => {
    const model = new ListedModel(asks({ id: 'a', name: 'look' }), answer('Hej!'))
    const world = execution(writer('Write'))
    const { job, event } = submitted({ input: { language: 'en' } })
    await world.store.create(job, event)
    world.store.dieAfter('tool_call.completed')
    await world
      .executor(model)
      .execute(job.id, NEVER)
      .catch(() => undefined)
    world.store.restart()
    await world.clock.advance(300_000)
    await world.executor(model, [deployed]).execute(job.id, NEVER)
    expect(model.requests.map(({ instructions }) => instructions)).toEqual(['Write in en.', 'Write in en.'])
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('No such shop.')
      },
      'No such shop.',
    ],
    ['returns no text', () => 7, 'the function returns no text'],
    ['returns a promise', () => Promise.resolve('Write.'), 'the function returns a promise'],
    ['returns too much', () => 'x'.repeat(100_001), 'they are too long'],
  ])('refuse an input of which the function %s, before any work', async (_what, instructions, why) => {
    const agent = writer('', { instructions: instructions as () => string })
    for (const route of ['/run', '/jobs']) {
      const response = await testApp([agent], new ListedModel()).post(route, REQUEST)
      expect(response.status).toBe(400)
      const problems = [`the instructions cannot be made of it: ${why}`]
      expect(await response.json()).toMatchObject({ code: 'invalid_input', problems })
    }
  })

  test('need a version, as Errand cannot see when what they say changes', () => {
    expect(() => defineAgent({ name: 'a', instructions: () => '' })).toThrow(
      'Agent "a": instructions that are a function need a version',
    )
  })

  test('get the type that the schema makes, and any JSON without one', () => {
    defineAgent({
      name: 'a',
      version: '1',
      input,
      instructions: (given) => {
        expectTypeOf(given).toEqualTypeOf<{ language: 'sv' | 'en' }>()
        return ''
      },
    })
  })
})
