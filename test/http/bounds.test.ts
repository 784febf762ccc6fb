import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineAgent } from '#domain/agent/agent.ts'
import type { ProblemView } from '#adapters/http/wire/problem.ts'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

const input = z.object({ lines: z.array(z.number()) })
const strict = defineAgent({ name: 'strict', instructions: '', input })
const writer = defineAgent({ name: 'writer', instructions: '' })

/** As much as a person reads, whatever was sent. */
const MOST_BYTES = 20_000

const scene = () => testApp([writer, strict], new ListedModel())

async function problemIn(response: Response): Promise<ProblemView> {
  const text = await response.text()
  expect(text.length).toBeLessThan(MOST_BYTES)
  return JSON.parse(text) as ProblemView
}

describe('a query', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => `p${String(n)}=1`).join('&')

  test.each(['/healthz', '/readyz', '/openapi.json', '/', '/jobs', '/jobs/counts'])(
    'of too many parameters is refused at %s before any of them is looked at',
    async (path) => {
      const { status, detail } = await problemIn(await scene().http.request(`${path}?${many(3000)}`))
      expect([status, detail]).toEqual([400, 'The request is not valid: The query has more than 32 parameters.'])
    },
  )

  test('with a name twice is refused, however late it comes', async () => {
    const { status, detail } = await problemIn(await scene().http.request(`/jobs?${many(20)}&p7=1`))
    expect([status, detail]).toEqual([400, 'The request is not valid: p7: must be given once.'])
  })

  test('with one long name is answered in short', async () => {
    const name = 'x'.repeat(10_000)
    expect((await problemIn(await scene().http.request(`/jobs?${name}=1&${name}=1`))).status).toBe(400)
    expect((await problemIn(await scene().http.request(`/jobs?${name}=1`))).status).toBe(400)
  })
})

describe('a body with more wrong in it than anybody reads', () => {
  const names = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`name ${String(n)}`, 1]))
  const flat = Array.from({ length: 5000 }, () => 'x')

  test.each<[string, string, object]>([
    ['unknown members', '/jobs', { agent: 'writer', input: 1, ...names }],
    ['notes', '/jobs', { agent: 'writer', input: 1, metadata: names }],
    ['tags', '/jobs', { agent: 'writer', input: 1, tags: flat }],
    ['events', '/jobs', { agent: 'writer', input: 1, callback: { url: 'https://x.example', events: flat } }],
    ['nested', '/jobs', { agent: 'writer', input: 1, batch: flat.map(() => [1]) }],
    ['statuses', '/operations', { action: 'cancel', filter: { status: flat } }],
    ['run', '/run', { agent: 'writer', input: 1, ...names }],
  ])('is refused before its schema sees it: %s', async (_name, path, body) => {
    const { code, problems } = await problemIn(await scene().post(path, body))
    expect([code, problems]).toEqual([
      'invalid_request',
      ['The body has more than 500 values beside what may be any JSON'],
    ])
  })

  test('tells of the first problems with an input, and counts the others', async () => {
    const { code, problems = [] } = await problemIn(
      await scene().post('/jobs', { agent: 'strict', input: { lines: flat } }),
    )
    expect([code, problems.length, problems[0], problems[20]]).toEqual([
      'invalid_input',
      21,
      'lines.0: Invalid input: expected number, received string',
      'and 4980 more',
    ])
  })

  test('is not repeated: a long name, a long path, half a character where it is cut', async () => {
    const name = '🧵'.repeat(100_000)
    const long = await problemIn(await scene().post('/jobs', { agent: 'writer', input: 1, metadata: { [name]: 1 } }))
    expect(long.detail).toMatch(/^The request is not valid: metadata\.🧵.*…: .*\.$/u)
    expect(long.detail.isWellFormed()).toBe(true)
    expect((await problemIn(await scene().http.request(`/${'x'.repeat(15_000)}`))).status).toBe(404)
    expect((await problemIn(await scene().http.request(`/jobs/${'x'.repeat(15_000)}`))).status).toBe(404)
    const type = { 'content-type': `application/${'x'.repeat(15_000)}` }
    expect((await problemIn(await scene().post('/jobs', {}, type))).status).toBe(415)
  })
})

test.each(['/jobs', '/run', '/batches', '/operations', '/schedules/x'])(
  'a body of brackets alone is refused at %s before it is parsed',
  async (path) => {
    const method = path === '/schedules/x' ? 'PUT' : 'POST'
    const headers = { 'content-type': 'application/json' }
    const answer = await scene().http.request(path, { method, headers, body: '['.repeat(1_000_000) })
    const { code, problems } = await problemIn(answer)
    // Parsed, it would be no JSON at all.
    expect([code, problems]).toEqual(['invalid_request', ['The body is nested more than 100 levels deep']])
  },
)

describe('numbers that are longer when they are stored', () => {
  // A megabyte that would be stored as four.
  const numbers = (count: number) => `[${Array.from({ length: count }, () => '1e20').join()}]`
  const stored = 'with its numbers written out, is larger than 1600000 bytes.'

  test.each([
    ['/jobs', (input: string) => `{"agent":"writer","input":${input}}`],
    ['/run', (input: string) => `{"agent":"writer","input":${input}}`],
    ['/batches', (input: string) => `{"agent":"writer","items":[{"input":${input}}]}`],
    ['/operations', (input: string) => `{"action":"resolve","outcome":"happened","result":${input},"filter":{}}`],
  ])('are refused at the door of %s', async (path, body) => {
    const { status, detail } = await problemIn(await scene().post(path, body(numbers(200_000))))
    expect([status, detail]).toEqual([413, `The body, ${stored}`])
  })

  test('make an item of a batch fail, and no other; fewer of them are taken', async () => {
    const app = scene()
    const { id } = (await (await app.post('/batches', { agent: 'writer' })).json()) as { id: string }
    const body = [200_000, 60_000].map((count) => `{"input":${numbers(count)}}\n`).join('')
    const headers = { 'content-type': 'application/x-ndjson' }
    const answer = await app.http.request(`/batches/${id}/items?from=0`, { method: 'PUT', headers, body })
    expect(await answer.json()).toMatchObject({
      accepted: 1,
      invalid: [{ line: 1, code: 'payload_too_large', detail: `The line, ${stored}` }],
    })
  })
})

test('what may be any JSON may be large', async () => {
  const input = Array.from({ length: 5000 }, () => ({ a: 1 }))
  expect((await scene().post('/jobs', { agent: 'writer', input })).status).toBe(202)
})
