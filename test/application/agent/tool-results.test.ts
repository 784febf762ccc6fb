import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import type { ToolDefinition } from '#domain/agent/tool.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { tool } from '#test/support/tools.ts'

async function resultOf(run: () => unknown) {
  const book = tool('book', run as ToolDefinition<object>['run'], { effect: 'once' })
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
})
