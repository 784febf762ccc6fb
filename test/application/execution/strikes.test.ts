import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { Crash } from '#test/support/crashing-store.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'

const MINUTE_MS = 60_000

/** A job of an agent with one tool, whose processes die in the middle of a call. */
async function dying() {
  const { tool, runs } = counter('lookup')
  const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [tool] }))
  const id = await world.submit()
  /** A process dies after its second commit from now, which would hold the result of its call. */
  const die = async (model: ListedModel, release: string | null = null) => {
    world.store.crashAt(world.store.commits + 2, 'before')
    await expect(world.executor(model, undefined, { release }).execute(id, NEVER)).rejects.toThrow(Crash)
    world.store.restart()
  }
  /** Its model has asked for the tool, so all that follows is deaths at the tool's call. */
  const asked = async () => {
    world.store.crashAt(world.store.commits + 3, 'before')
    const model = new ListedModel(asks({ id: 'a', name: 'lookup' }))
    await expect(world.executor(model).execute(id, NEVER)).rejects.toThrow(Crash)
    world.store.restart()
  }
  const goOn = async (release: string | null = null) => {
    await world.executor(new ListedModel(answer('Done.')), undefined, { release }).execute(id, NEVER)
    return world.job(id)
  }
  return { ...world, id, runs, die, asked, goOn }
}

const lost = () => new ListedModel(answer('Lost.'))

describe('a job whose process dies in the middle of a call', () => {
  test('is failed by the fifth death at the same tool call', async () => {
    const { asked, die, goOn, runs } = await dying()
    await asked()
    for (let death = 2; death <= 5; death++) await die(lost())
    expect(await goOn()).toMatchObject({ status: 'failed', attempt: 5, error: { code: 'poisoned' } })
    expect(runs()).toBe(5)
  })

  test('goes on after five deaths at a model call, and is failed by the twentieth', async () => {
    const [lucky, poisoned] = [await dying(), await dying()]
    for (let death = 1; death <= 19; death++) await lucky.die(lost())
    expect(await lucky.goOn()).toMatchObject({ status: 'completed', attempt: 20 })
    for (let death = 1; death <= 20; death++) await poisoned.die(lost())
    expect(await poisoned.goOn()).toMatchObject({ status: 'failed', attempt: 20, error: { code: 'poisoned' } })
  })

  test('outlives any number of deploys, at a tool call too', async () => {
    const { asked, die, goOn, clock } = await dying()
    await asked()
    for (let deploy = 1; deploy <= 12; deploy++) {
      await clock.advance(10 * MINUTE_MS)
      await die(lost(), `v${String(deploy)}`)
    }
    expect(await goOn('v13')).toMatchObject({ status: 'completed', attempt: 14 })
  })

  test('outlives processes that lived for an hour each', async () => {
    const { asked, die, goOn, clock } = await dying()
    await asked()
    for (let death = 1; death <= 12; death++) {
      await clock.advance(60 * MINUTE_MS)
      await die(lost())
    }
    await clock.advance(60 * MINUTE_MS)
    expect((await goOn()).status).toBe('completed')
  })
})
