import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineAgent } from '#domain/agent/agent.ts'
import type { ToolDefinition } from '#domain/agent/tool.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { tool } from '#test/support/tools.ts'

async function resultOf(run: () => unknown, fields: Partial<ToolDefinition<object>> = {}) {
  const book = tool('book', run as ToolDefinition<object>['run'], { effect: 'once', ...fields })
  const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [book] }))
  const id = await world.submit()
  const model = new ListedModel(asks({ id: 'a', name: 'book' }), answer('Done.'))
  await world.executor(model).execute(id, NEVER)
  expect((await world.job(id)).status).toBe('completed')
  const last = model.requests[1]?.messages.at(-1)
  return { result: last?.role === 'tool' ? last.results[0] : undefined, lines: world.logger.lines }
}

describe('a tool', () => {
  test('that returns a row with a bigint has it shown as text', async () => {
    const { result } = await resultOf(() => ({ rowId: 42n }))
    expect(result).toMatchObject({ isError: false, output: { rowId: '42' } })
  })

  test('whose result cannot be shown was called all the same: the model is told so, and the log why', async () => {
    const { result, lines } = await resultOf(() => ({
      get row() {
        throw new Error('detached')
      },
    }))
    expect(result).toMatchObject({
      isError: false,
      output: 'The call was made; its result cannot be shown, for it cannot be read.',
    })
    expect(lines[0]).toMatchObject({ level: 'error', fields: { callId: 'a', tool: 'book' } })
  })

  test('that throws is logged with what it threw, and the model sees a sentence', async () => {
    const { result, lines } = await resultOf(() => {
      throw new Error('', { cause: new Error('ECONNREFUSED') })
    })
    expect(result).toMatchObject({ isError: true, output: 'The tool "book" failed and did not say why.' })
    expect(lines[0]).toMatchObject({ level: 'error', message: 'A tool call failed.' })
  })

  test.each([
    ['a revoked Proxy', revoked()],
    ['an error whose getters throw', Object.defineProperties(new Error('no'), { name: REFUSED, message: REFUSED })],
    ['nothing', undefined],
  ])('that throws %s goes on all the same', async (_, thrown) => {
    const throws = (): never => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- an author's code may
      throw thrown
    }
    expect((await resultOf(throws)).result).toMatchObject({ isError: true })
    const input = z.object({}).transform(throws)
    for (const approval of [null, true] as const) {
      const { result } = await resultOf(() => 'booked', { input, ...(approval && { approval }) })
      expect(result).toMatchObject({ isError: true })
    }
  })
})

const REFUSED = {
  get: (): never => {
    throw new Error('detached')
  },
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
