import { describe, expect, test } from 'vitest'
import { isSampled } from '#adapters/telemetry/sampler.ts'
import { parseSettings } from '#composition/settings/settings.ts'
import { hash128 } from '#domain/trace/hash.ts'
import { contextIn, headersFrom } from '#domain/trace/trace-context.ts'

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318/' }

describe('telemetry settings', () => {
  test.each([
    {},
    { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' },
    { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' },
    { OTEL_SERVICE_NAME: 'shop', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  ])('%o is off', (env) => {
    expect(parseSettings(env).telemetry).toBeNull()
  })

  test('the general endpoint is the root of both signals, and one of a signal is taken as it is', () => {
    const own = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://127.0.0.1:9/in' }
    expect(parseSettings({ ...ENDPOINT, ...own }).telemetry).toMatchObject({
      traces: { url: 'http://127.0.0.1:4318/v1/traces', timeoutMs: 10_000 },
      metrics: { url: 'http://127.0.0.1:9/in' },
    })
  })

  test('headers are secrets: no log line may hold them, and no tool gets them', () => {
    const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20very-secret,x-team=a%3Db' }
    const { telemetry, secrets, authorsEnv } = parseSettings({ ...ENDPOINT, ...headers })
    expect(telemetry?.traces?.headers).toEqual({ authorization: 'Bearer very-secret', 'x-team': 'a=b' })
    expect(secrets).toEqual(expect.arrayContaining(['Bearer very-secret', 'very-secret']))
    expect(authorsEnv).toEqual({})
  })

  test.each([
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'has no gRPC'],
    [{ OTEL_TRACES_SAMPLER: 'sometimes' }, 'must be one of always_on'],
    [{ OTEL_TRACES_SAMPLER_ARG: '2' }, 'OTEL_TRACES_SAMPLER_ARG'],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'secret' }, 'must look like "name=value'],
    [{ OTEL_METRICS_EXPORTER: 'console' }, 'OTEL_METRICS_EXPORTER'],
  ])('%o is refused', (env, sentence) => {
    expect(() => parseSettings({ ...ENDPOINT, ...env })).toThrow(sentence)
  })
})

test('a ratio of traces is recorded, the same ones in every process, and the caller decides first', () => {
  const sampler = { ratio: 0.25, followsParent: true }
  const ids = Array.from({ length: 4000 }, (_, index) => hash128(`run_${String(index)}`))
  const kept = ids.filter((id) => isSampled(sampler, id, null)).length
  expect(kept).toBeGreaterThan(900)
  expect(kept).toBeLessThan(1100)
  const [traceId = ''] = ids
  const parent = { traceId, spanId: '1', isSampled: true }
  expect(isSampled(sampler, 'f'.repeat(32), parent)).toBe(true)
  expect(isSampled({ ratio: 1, followsParent: true }, traceId, { ...parent, isSampled: false })).toBe(false)
})

const VALID = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

test.each([
  ['', null],
  [VALID.replace('00-', 'ff-'), null],
  [VALID.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32)), null],
  [VALID.replace('00f067aa0ba902b7', '0'.repeat(16)), null],
  [`${VALID}-more`, null],
  [`${VALID.replace('00-', '01-')}-more`, { spanId: '00f067aa0ba902b7', isSampled: true }],
  [VALID.replace(/01$/, '00'), { isSampled: false }],
])('traceparent "%s"', (text, context) => {
  if (context) expect(contextIn(text)).toMatchObject(context)
  else expect(contextIn(text)).toBeNull()
})

test('a tracestate is kept with its traceparent, and never without', () => {
  expect(headersFrom(VALID.toUpperCase(), ' shop=1 ')).toEqual({ traceparent: VALID, tracestate: 'shop=1' })
  expect(headersFrom(VALID, 'x'.repeat(513))).toEqual({ traceparent: VALID })
  expect(headersFrom('nonsense', 'shop=1')).toBeUndefined()
})
