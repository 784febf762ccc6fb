import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { MAX_BODY_BYTES } from '#adapters/http/read-json.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { ModelError, ModelNotConfiguredError } from '#domain/model/errors.ts'
import { routes } from '#test/support/contract.ts'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })
const strict = defineAgent({ name: 'strict', instructions: '', input: z.strictObject({ product: z.string() }) })

describe('every refusal is Problem Details', () => {
  const json = { 'content-type': 'application/json' }
  const cases = [
    { name: 'an unknown path', path: '/nothing', method: 'GET', status: 404, code: 'not_found' },
    { name: 'an unknown job', path: '/jobs/job_1', method: 'GET', status: 404, code: 'job_not_found' },
    {
      name: 'a method that a path does not take',
      path: '/run',
      method: 'GET',
      status: 405,
      code: 'method_not_allowed',
    },
    {
      name: 'a method that a path with a parameter does not take',
      path: '/jobs/job_1',
      method: 'PUT',
      status: 405,
      code: 'method_not_allowed',
    },
    {
      name: 'no content type',
      path: '/run',
      method: 'POST',
      body: '{}',
      headers: {},
      status: 415,
      code: 'unsupported_media_type',
    },
    {
      name: 'a form',
      path: '/jobs',
      method: 'POST',
      body: 'a=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      status: 415,
      code: 'unsupported_media_type',
    },
    {
      name: 'malformed JSON',
      path: '/jobs',
      method: 'POST',
      body: '{"agent":',
      headers: json,
      status: 400,
      code: 'malformed_json',
    },
    {
      name: 'a body that is not UTF-8',
      path: '/jobs',
      method: 'POST',
      body: new Uint8Array([0x22, 0xff, 0x22]),
      headers: json,
      status: 400,
      code: 'malformed_json',
    },
    {
      name: 'a compressed body',
      path: '/jobs',
      method: 'POST',
      body: '{}',
      headers: { ...json, 'content-encoding': 'gzip' },
      status: 415,
      code: 'unsupported_media_type',
    },
    {
      name: 'an empty body',
      path: '/jobs',
      method: 'POST',
      body: '',
      headers: json,
      status: 400,
      code: 'malformed_json',
    },
    {
      name: 'JSON of another shape',
      path: '/jobs',
      method: 'POST',
      body: '[1]',
      headers: json,
      status: 400,
      code: 'invalid_request',
    },
    {
      name: 'no input',
      path: '/run',
      method: 'POST',
      body: '{"agent":"writer"}',
      headers: json,
      status: 400,
      code: 'invalid_request',
    },
    {
      name: 'a field that does not exist',
      path: '/run',
      method: 'POST',
      body: '{"agent":"writer","input":1,"inptu":2}',
      headers: json,
      status: 400,
      code: 'invalid_request',
    },
    {
      name: 'nesting without end',
      path: '/run',
      method: 'POST',
      body: `{"agent":"writer","input":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      headers: json,
      status: 400,
      code: 'invalid_request',
    },
    {
      name: 'an unknown agent',
      path: '/jobs',
      method: 'POST',
      body: '{"agent":"nobody","input":1}',
      headers: json,
      status: 404,
      code: 'unknown_agent',
    },
    {
      name: 'an input that does not fit the agent',
      path: '/jobs',
      method: 'POST',
      body: '{"agent":"strict","input":1}',
      headers: json,
      status: 400,
      code: 'invalid_input',
    },
    {
      name: 'a body over 1 MiB',
      path: '/jobs',
      method: 'POST',
      body: `"${'x'.repeat(MAX_BODY_BYTES)}"`,
      headers: json,
      status: 413,
      code: 'payload_too_large',
    },
  ]

  test.each(cases)('$name', async ({ path, method, body, headers, status, code }) => {
    const { http } = testApp([writer, strict], new ListedModel())
    const response = await http.request(path, {
      method,
      ...(body !== undefined && { body }),
      ...(headers && { headers }),
    })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const problem = (await response.json()) as Record<string, unknown>
    expect(problem).toMatchObject({ status, code, instance: path, retryable: false })
    expect(problem['detail']).toMatch(/^[A-Z].{10,}\.$/s)
  })

  test.each(routes)('$method $path refuses a name in its query that it does not know', async ({ method, path }) => {
    const { http } = testApp([writer], new ListedModel())
    const response = await http.request(`${path.replaceAll(/\{\w+\}/g, 'x')}?stray=1`, { method })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      code: 'invalid_request',
      problems: [expect.stringContaining('stray')],
    })
  })

  test('a name in the query of what does not exist changes nothing', async () => {
    const { http } = testApp([writer], new ListedModel())
    expect((await http.request('/nothing?stray=1')).status).toBe(404)
    expect((await http.request('/run?stray=1')).status).toBe(405)
    expect((await http.request('/healthz?')).status).toBe(200)
  })

  test('405 names the methods that are possible', async () => {
    const { http } = testApp([writer], new ListedModel())
    expect((await http.request('/run')).headers.get('allow')).toBe('POST')
    expect((await http.request('/jobs/job_1', { method: 'PUT' })).headers.get('allow')).toBe('GET, DELETE, HEAD')
  })

  test('an uncaught fault is logged whole and told to nobody', async () => {
    const { post, logger } = testApp([writer], new ListedModel(new TypeError('secret of the house')))
    const response = await post('/run', { agent: 'writer', input: 1 })
    expect(response.status).toBe(500)
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ code: 'internal_error' })
    expect(text).not.toContain('secret')
    expect(logger.lines[0]?.error).toBeInstanceOf(TypeError)
  })

  test('a model that asks us to wait passes that on', async () => {
    const { post } = testApp(
      [writer],
      new ListedModel(new ModelError('Slow down.', { retryable: true, retryAfterMs: 1500 })),
    )
    const response = await post('/run', { agent: 'writer', input: 1 })
    expect(response.status).toBe(502)
    expect(response.headers.get('retry-after')).toBe('2')
    expect(await response.json()).toMatchObject({ code: 'model_failed', retryable: true, detail: 'Slow down.' })
  })

  test('a model without a key is our fault, and says what to set', async () => {
    const { post } = testApp([writer], new ListedModel(new ModelNotConfiguredError('Set X_API_KEY.')))
    const response = await post('/run', { agent: 'writer', input: 1 })
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'model_not_configured', detail: 'Set X_API_KEY.' })
  })
})
