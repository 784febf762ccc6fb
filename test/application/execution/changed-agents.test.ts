import * as z from 'zod'
import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { type Tool, defineTool } from '#domain/agent/tool.ts'
import { Crash } from '#test/support/crashing-store.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'

const writer = (instructions: string, ...tools: readonly Tool[]) => defineAgent({ name: 'writer', instructions, tools })

/** A job whose process died in the middle of a call of `tool`, and what a deploy with another agent makes of it. */
async function deployed(before: Tool, ...tools: readonly Tool[]) {
  const [old, changed] = [writer('Write.', before), writer('Write better.', ...tools)]
  const world = execution(old)
  const id = await world.submit()
  world.store.crashAt(3, 'before')
  const first = world.executor(new ListedModel(asks({ id: 'a', name: before.name })))
  await expect(first.execute(id, NEVER)).rejects.toThrow(Crash)
  world.store.restart()
  const model = new ListedModel(answer('Done.'))
  await world.executor(model, [changed]).execute(id, NEVER)
  const [request] = model.requests
  const [result] = request?.messages.at(-1)?.role === 'tool' ? (request.messages.at(-1) as ToolAnswers).results : []
  return { ...world, id, old, changed, request, result }
}

interface ToolAnswers {
  readonly results: readonly { readonly isError: boolean; readonly output: unknown }[]
}

describe('a job in flight whose agent a deploy has changed', () => {
  test('goes on with the agent as it is now, and shows its version', async () => {
    const { tool: find } = counter('find')
    const { job, id, old, changed, request } = await deployed(find, find)
    expect(request?.instructions).toBe('Write better.')
    expect(changed.version).not.toBe(old.version)
    expect(await job(id)).toMatchObject({ status: 'completed', agentVersion: changed.version })
  })

  test('keeps the version of each attempt in its journal', async () => {
    const { tool: find } = counter('find')
    const { store, id, old, changed } = await deployed(find, find)
    const versions = (await store.events(id, 0)).flatMap(({ event }) =>
      event.type === 'attempt.started' ? [event.agentVersion] : [],
    )
    expect(versions).toEqual([old.version, changed.version])
  })

  test('reads in an error result that the tool of a call is gone or has another name', async () => {
    const { result } = await deployed(counter('find').tool, counter('seek').tool)
    expect(result).toMatchObject({ isError: true, output: 'There is no tool "find". Tools: seek.' })
  })

  test('reads in an error result that the arguments of a call no longer fit', async () => {
    const find = { name: 'find', description: 'find', input: z.object({ word: z.string() }), run: () => null }
    const { result } = await deployed(counter('find').tool, defineTool(find))
    expect(result).toMatchObject({
      isError: true,
      output: expect.stringContaining('The arguments do not fit: word') as unknown,
    })
  })

  test('waits for a person where a "once" call was cut off whose tool is gone', async () => {
    const { job, id } = await deployed(counter('send', { effect: 'once' }).tool)
    expect(await job(id)).toMatchObject({
      status: 'waiting',
      wait: { reason: 'outcome_unknown', calls: [{ callId: 'a' }] },
    })
  })

  test('waits for a person where a call began as "once", whatever its tool says now', async () => {
    const { tool: send, runs } = counter('send', { effect: 'read' })
    const { job, id } = await deployed(counter('send', { effect: 'once' }).tool, send)
    expect(await job(id)).toMatchObject({ status: 'waiting', wait: { reason: 'outcome_unknown' } })
    expect(runs()).toBe(0)
  })
})
