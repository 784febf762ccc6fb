import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { ListedModel, answer } from '#test/support/script.ts'

const plain = defineAgent({ name: 'writer', instructions: 'Write.' })

describe('two wakes of one job at once', () => {
  test('are one execution: the second returns and changes nothing', async () => {
    const { executor, submit, job, store, eventTypes } = execution(plain)
    const id = await submit()
    const called = Promise.withResolvers<undefined>()
    const released = Promise.withResolvers<undefined>()
    const model = new ListedModel(async () => {
      called.resolve(undefined)
      await released.promise
      return answer('Hej!')
    })
    const executeJob = executor(model)
    const first = executeJob.execute(id, NEVER)
    await called.promise
    const [before, commits] = [await eventTypes(id), store.commits]
    await executeJob.execute(id, NEVER)
    expect([await eventTypes(id), store.commits]).toEqual([before, commits])
    released.resolve(undefined)
    await first
    expect(model.requests).toHaveLength(1)
    expect(await job(id)).toMatchObject({ status: 'completed', attempt: 1 })
  })

  test('are one execution also where the second comes before the first has read the job', async () => {
    const { executor, submit, job, logger } = execution(plain)
    const id = await submit()
    const model = new ListedModel(answer('Hej!'))
    const executeJob = executor(model)
    await Promise.all([executeJob.execute(id, NEVER), executeJob.execute(id, NEVER)])
    expect(model.requests).toHaveLength(1)
    expect(await job(id)).toMatchObject({ status: 'completed', attempt: 1 })
    expect(logger.lines.filter(({ level }) => level === 'warn')).toEqual([])
  })
})
