import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { NO_USAGE } from '#domain/agent/usage.ts'
import { ModelError } from '#domain/model/errors.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import { lines, scene } from './batch-scene.ts'

const CACHED = { ...NO_USAGE, inputTokens: 100, cachedInputTokens: 60, cacheWriteTokens: 30, outputTokens: 5 }
const useless = new ModelError('It is empty.', { retryable: false, usage: CACHED })

/** A finished job as it is shown, with its place in the list and the last event of a model call. */
async function finished(model: ListedModel, agent = defineAgent({ name: 'writer', instructions: '' })) {
  const app = testApp([agent], model)
  const { id } = (await (await app.post('/jobs', { agent: 'writer', input: '' })).json()) as { id: string }
  const before = (await (await app.http.request('/jobs')).json()) as { jobs: object[] }
  await app.execute(id)
  const job = (await (await app.http.request(`/jobs/${id}`)).json()) as { receipt: object; report?: object }
  const { jobs } = (await (await app.http.request('/jobs')).json()) as { jobs: object[] }
  const events = await (await app.http.request(`/jobs/${id}/events?follow=false`)).text()
  const call = JSON.parse(/^event: model_call\.(?:completed|failed)\ndata: (.*)$/m.exec(events)?.[1] ?? '{}') as object
  return { ...job, before: before.jobs[0], listed: jobs[0], call }
}

describe('what a job costs', () => {
  test('is in its receipt, its report, its events and its place in the list', async () => {
    const job = await finished(new ListedModel(answer('Hej!')))
    const cost = { costMicros: 70, unpricedCalls: 0 }
    expect(job).toMatchObject({ receipt: { ...cost, failedCostMicros: 0 }, report: cost, listed: cost })
    expect(job.call).toMatchObject({ costMicros: 70 })
    expect(job.call).not.toHaveProperty('costNanos')
    expect(job.before).toMatchObject({ costMicros: null, unpricedCalls: 0 })
  })

  test('has what failed calls cost, with tokens of the cache at their own rates', async () => {
    const job = await finished(new ListedModel(useless))
    // 10 plain tokens, 60 from the cache and 30 into it, and 5 of output.
    const costMicros = 10 * 2 + 60 * 0.1 + 30 * 2.5 + 5 * 10
    expect(job).toMatchObject({ receipt: { costMicros, failedCostMicros: costMicros }, listed: { costMicros } })
    expect(job.call).toMatchObject({ costMicros })
  })

  test('is not known where the price of its model is not', async () => {
    const agent = defineAgent({ name: 'writer', instructions: '', model: 'openai-compatible/own' })
    const job = await finished(new ListedModel(answer('Hej!')), agent)
    const cost = { costMicros: null, unpricedCalls: 1 }
    expect(job).toMatchObject({ receipt: { ...cost, failedCostMicros: 0 }, report: cost, listed: cost })
    expect(job.call).toMatchObject({ costMicros: null })
  })
})

test('what a batch costs is in its totals and its results; a skipped item costs nothing again', async () => {
  const { create, upload, workOff, post, get, results } = await scene()
  const { id } = await create({ skipUnchanged: true })
  await upload(id, 0, lines(3))
  await post(id, 'close')
  await workOff(id)
  const used = { usage: { inputTokens: 30, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 15 } }
  expect(await get(id)).toMatchObject({ ...used, costMicros: 210, unpricedCalls: 0 })
  expect((await results(id)).map(({ costMicros }) => costMicros)).toEqual([70, 70, 70])

  const again = await create({ skipUnchanged: true })
  await upload(again.id, 0, lines(4))
  await post(again.id, 'close')
  await workOff(again.id)
  expect(await get(again.id)).toMatchObject({ counts: { skipped: 3, completed: 1 }, costMicros: 70, unpricedCalls: 0 })
  expect((await results(again.id)).map(({ costMicros }) => costMicros)).toEqual([0, 0, 0, 70])
})
