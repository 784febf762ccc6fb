import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import { counter } from '#test/support/tools.ts'

const writer = defineAgent({
  name: 'writer',
  instructions: '',
  description: 'Writes.',
  tools: [counter('lookup').tool],
})
const strict = defineAgent({ name: 'strict', instructions: '', input: z.strictObject({ product: z.string() }) })

interface JobBody {
  readonly id: string
}

describe('the contract', () => {
  test('POST /run answers 200 with the report', async () => {
    const { post } = testApp([writer], new ListedModel(asks({ id: 'a', name: 'lookup' }), answer('Hej!')))
    const response = await post('/run', { agent: 'writer', input: 'hello' })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      agent: 'writer',
      model: 'scripted/test',
      stopReason: 'finished',
      output: 'Hej!',
      iterations: 2,
      toolCalls: [{ id: 'a', name: 'lookup', input: {}, isError: false, output: 1 }],
      usage: { inputTokens: 20, cachedInputTokens: 0, outputTokens: 10, reasoningTokens: 0 },
      startedAt: '2096-10-02T07:06:40.000Z',
      finishedAt: '2096-10-02T07:06:40.000Z',
    })
  })

  test('POST /jobs answers 202 and where to look; GET shows the job, first queued and then with its report', async () => {
    const { post, http, execute } = testApp([writer], new ListedModel(answer('Hej!')))
    const response = await post('/jobs', { agent: 'writer', input: { deep: [1] } })
    expect(response.status).toBe(202)
    const job = (await response.json()) as JobBody
    expect(response.headers.get('location')).toBe(`/jobs/${job.id}`)
    expect(response.headers.get('retry-after')).toBe('1')
    const times = { createdAt: '2096-10-02T07:06:40.000Z', updatedAt: '2096-10-02T07:06:40.000Z' }
    const queued = {
      id: job.id,
      status: 'queued',
      agent: 'writer',
      input: { deep: [1] },
      attempt: 0,
      ...times,
      links: { self: `/jobs/${job.id}` },
    }
    expect(job).toEqual(queued)
    expect(await (await http.request(`/jobs/${job.id}`)).json()).toEqual(queued)

    await execute(job.id)
    expect(await (await http.request(`/jobs/${job.id}`)).json()).toMatchObject({
      status: 'completed',
      report: { output: 'Hej!' },
    })
  })

  test('GET /agents tells what each agent is and takes', async () => {
    const { http } = testApp([writer, strict], new ListedModel())
    expect(await (await http.request('/agents')).json()).toMatchObject({
      agents: [
        {
          name: 'writer',
          description: 'Writes.',
          model: 'scripted/test',
          inputSchema: null,
          tools: [{ name: 'lookup', effect: 'read' }],
        },
        { name: 'strict', inputSchema: { type: 'object', required: ['product'] } },
      ],
    })
  })

  test.each(['/healthz', '/', '/products'])('GET %s answers', async (path) => {
    expect((await testApp([], new ListedModel()).http.request(path)).status).toBe(200)
  })
})
