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
      usage: { inputTokens: 20, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 10, reasoningTokens: 0 },
      costMicros: 140,
      unpricedCalls: 0,
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
      agentVersion: writer.version,
      input: { deep: [1] },
      tags: [],
      metadata: {},
      batch: null,
      callback: null,
      retentionSeconds: 2_592_000,
      retryOf: null,
      createdBy: { kind: 'keyless' },
      attempt: 0,
      ...times,
      links: { self: `/jobs/${job.id}`, events: `/jobs/${job.id}/events`, deliveries: `/jobs/${job.id}/deliveries` },
    }
    expect(job).toEqual(queued)
    expect(await (await http.request(`/jobs/${job.id}`)).json()).toEqual(queued)

    await execute(job.id)
    expect(await (await http.request(`/jobs/${job.id}`)).json()).toMatchObject({
      status: 'completed',
      report: { output: 'Hej!' },
    })
  })

  test('POST /jobs/{id}/cancel stops a job, as often as it is asked, and 409 says that it is too late', async () => {
    const { post, http, execute } = testApp([writer], new ListedModel(answer('Hej!')))
    const submit = async () => ((await (await post('/jobs', { agent: 'writer', input: 1 })).json()) as JobBody).id
    const cancel = async (id: string) => http.request(`/jobs/${id}/cancel`, { method: 'POST' })
    const id = await submit()
    const at = '2096-10-02T07:06:40.000Z'
    for (let times = 0; times < 2; times++) {
      const response = await cancel(id)
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({ status: 'canceled', cancelRequestedAt: at, canceledAt: at })
    }
    const done = await submit()
    await execute(done)
    const late = await cancel(done)
    expect(late.status).toBe(409)
    expect(await late.json()).toMatchObject({ code: 'job_finished', detail: `Job ${done} is completed already.` })
    expect((await cancel('job_unknown')).status).toBe(404)
  })

  test('POST …/resolve moves a job on that waits for the outcome of a call', async () => {
    const send = counter('send', { effect: 'once' })
    const cautious = defineAgent({ name: 'cautious', instructions: '', tools: [send.tool] })
    const model = new ListedModel(asks({ id: 'a', name: 'send' }), answer('Sent.'))
    const { post, http, execute, interruptAfter } = testApp([cautious], model)
    const { id } = (await (await post('/jobs', { agent: 'cautious', input: 1 })).json()) as JobBody
    await interruptAfter(id, 'tool_call.started')
    await execute(id)
    const links = { resolve: `/jobs/${id}/calls/a/resolve` }
    expect(await (await http.request(`/jobs/${id}`)).json()).toMatchObject({
      status: 'waiting',
      waiting: { reason: 'outcome_unknown', calls: [{ callId: 'a', name: 'send', input: {}, links }] },
    })
    expect((await post(links.resolve, { outcome: 'perhaps' })).status).toBe(400)
    expect((await post(`/jobs/${id}/calls/b/resolve`, { outcome: 'fail' })).status).toBe(404)
    const response = await post(links.resolve, { outcome: 'happened', result: { ok: true } })
    expect(await response.json()).toMatchObject({ status: 'queued' })
    await execute(id)
    expect(await (await http.request(`/jobs/${id}`)).json()).toMatchObject({
      status: 'completed',
      report: { output: 'Sent.' },
      receipt: { toolCalls: 1 },
    })
    expect(send.runs()).toBe(0)
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

  test.each(['/healthz', '/'])('GET %s answers', async (path) => {
    expect((await testApp([], new ListedModel()).http.request(path)).status).toBe(200)
  })
})
