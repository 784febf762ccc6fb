import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { type ReceivedMetric, type ReceivedSpan, metricsIn, spansIn } from './otlp-decoding.ts'

export interface Collector {
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  readonly metrics: readonly ReceivedMetric[]
  readonly requests: readonly { readonly path: string; readonly headers: IncomingMessage['headers'] }[]
  /** Of the next answers; 200 for those after them. */
  answerWith(...answers: readonly { readonly status: number; readonly body?: object }[]): void
  close(): void
}

/** An OTLP/HTTP receiver on loopback that refuses what is not exactly the JSON mapping of the protocol. */
export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = []
  const metrics: ReceivedMetric[] = []
  const requests: { path: string; headers: IncomingMessage['headers'] }[] = []
  const answers: { readonly status: number; readonly body?: object }[] = []
  const server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const path = request.url ?? ''
      requests.push({ path, headers: request.headers })
      const { status, body = {} } = answers.shift() ?? { status: 200 }
      if (status !== 200) {
        response.writeHead(status).end()
        return
      }
      try {
        strictEqual(request.method, 'POST')
        strictEqual(request.headers['content-type'], 'application/json')
        const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
        const message: unknown = JSON.parse(text.toString())
        if (path === '/v1/traces') spans.push(...spansIn(message))
        else metrics.push(...metricsIn(message))
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      } catch (error) {
        response.writeHead(400).end(String(error))
        process.emitWarning(`The collector refused: ${String(error)}`)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    spans,
    metrics,
    requests,
    answerWith: (...next) => {
      answers.push(...next)
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** One trace, in which each span has its parent, and a span that came twice is the same. Returns each span once. */
export function oneTrace(received: readonly ReceivedSpan[], remoteParent?: string): readonly ReceivedSpan[] {
  const byId = new Map<string, ReceivedSpan>()
  for (const span of received) {
    const known = byId.get(span.spanId)
    if (known) deepStrictEqual(span, known)
    byId.set(span.spanId, span)
  }
  const spans = [...byId.values()]
  strictEqual(new Set(spans.map(({ traceId }) => traceId)).size, 1)
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined || parentSpanId === remoteParent)
  strictEqual(roots.length, 1)
  for (const { name, parentSpanId } of spans)
    ok(parentSpanId === undefined || parentSpanId === remoteParent || byId.has(parentSpanId), `${name} has no parent`)
  for (const { startTimeUnixNano, endTimeUnixNano } of spans)
    ok(BigInt(startTimeUnixNano) <= BigInt(endTimeUnixNano), 'it ends before it starts')
  for (const { spanId } of spans) match(spanId, /[^0]/)
  return spans
}
