import * as z from 'zod'
import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import { line, scene } from './batch-scene.ts'

const output = z.object({ title: z.string() })
const writer = defineAgent({ name: 'writer', instructions: '', output })
const [GOOD, BAD] = [answer('{"title":"Linen"}'), answer('{"title":7}')]
const REQUEST = { agent: 'writer', input: 'apron' }

describe('an agent with an output schema, over HTTP', () => {
  test('answers POST /run with JSON that fits', async () => {
    const response = await testApp([writer], new ListedModel(BAD, GOOD)).post('/run', REQUEST)
    expect(await response.json()).toMatchObject({ output: { title: 'Linen' }, iterations: 2, stopReason: 'finished' })
  })

  test('says in a problem what does not fit', async () => {
    const response = await testApp([writer], new ListedModel(BAD, BAD, BAD)).post('/run', REQUEST)
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({
      code: 'output_invalid',
      retryable: false,
      problems: ['title: Invalid input: expected string, received number'],
    })
  })

  test('streams the correction as an event', async () => {
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
    const response = await testApp([writer], new ListedModel(BAD, GOOD)).post('/run', REQUEST, headers)
    const text = await response.text()
    expect([...text.matchAll(/^event: (.*)$/gm)].map(([, event]) => event)).toEqual([
      ...['model_call.started', 'model_call.completed', 'output.refused'],
      ...['model_call.started', 'model_call.completed', 'report'],
    ])
    expect(text).toContain('"output":{"title":"Linen"}')
  })

  test('is described with its schema', async () => {
    const response = await testApp([writer], new ListedModel()).http.request('/agents')
    expect(await response.json()).toMatchObject({ agents: [{ outputSchema: { type: 'object', required: ['title'] } }] })
  })

  test('gives JSON in the results of a batch, and the code of an item that does not fit', async () => {
    const models = new ListedModel(GOOD, BAD, BAD, BAD)
    const agent = defineAgent({ name: 'writer', instructions: '', output, input: z.object({ sku: z.string() }) })
    const { app, create, upload, workOff } = await scene({}, { agent, models })
    const { id } = await create()
    await upload(id, 0, line('sku-1') + line('sku-2'))
    await app.post(`/batches/${id}/close`, '')
    await workOff(id)
    const text = await (await app.http.request(`/batches/${id}/results`)).text()
    const results = text
      .trimEnd()
      .split('\n')
      .map((one) => JSON.parse(one) as object)
    expect(results).toMatchObject([
      { status: 'completed', output: { title: 'Linen' } },
      { status: 'failed', error: { code: 'output_invalid' } },
    ])
  })
})
