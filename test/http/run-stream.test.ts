import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ModelError } from '#domain/model/errors.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })
const HEADERS = { 'content-type': 'application/json', accept: 'text/event-stream' }
const REQUEST = { agent: 'writer', input: 'hello' }

function eventsIn(text: string): readonly string[] {
  return [...text.matchAll(/^event: (.*)$/gm)].map(([, event]) => event ?? '')
}

describe('POST /run with Accept: text/event-stream', () => {
  test('streams the steps, the text as it comes, and the report at the end', async () => {
    const model = new ListedModel((_request, { onText }) => {
      onText?.('Hej ')
      onText?.('på dig!')
      return answer('Hej på dig!')
    })
    const response = await testApp([writer], model).post('/run', REQUEST, HEADERS)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    const text = await response.text()
    expect(eventsIn(text)).toEqual(['model_call.started', 'text', 'text', 'model_call.completed', 'report'])
    expect(text).not.toMatch(/^id:/m)
    expect(text).toContain('"output":"Hej på dig!"')
  })

  test('gives a sign of life while the model thinks, and no more when it is done', async () => {
    const thinking = Promise.withResolvers<ReturnType<typeof answer>>()
    const app = testApp([writer], new ListedModel(() => thinking.promise))
    const response = await app.post('/run', REQUEST, HEADERS)
    const text = response.text()
    await app.clock.advance(31_000)
    thinking.resolve(answer('Hej!'))
    expect((await text).match(/^: still here$/gm)).toHaveLength(2)
    expect(app.clock.nextAt()).toBeNull()
  })

  test('a refusal before the first step is a status, not a stream', async () => {
    const response = await testApp([writer], new ListedModel()).post('/run', { agent: 'nobody', input: 1 }, HEADERS)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  test('a failure on the way is the last event, and logged', async () => {
    const app = testApp([writer], new ListedModel(new ModelError('Slow down.', { retryable: true })))
    const text = await (await app.post('/run', REQUEST, HEADERS)).text()
    expect(eventsIn(text).at(-1)).toBe('problem')
    expect(text).toContain('{"code":"model_failed","detail":"Slow down.","retryable":true}')
    expect(app.logger.lines[0]?.error).toBeInstanceOf(ModelError)
  })

  test('a client that leaves aborts the model call', async () => {
    const aborted = Promise.withResolvers<undefined>()
    const model = new ListedModel((_request, { signal }) => {
      signal.addEventListener('abort', () => {
        aborted.resolve(undefined)
      })
      return new Promise(() => undefined)
    })
    const response = await testApp([writer], model).post('/run', REQUEST, HEADERS)
    await response.body?.cancel()
    await aborted.promise
    expect(model.requests).toHaveLength(1)
  })
})
