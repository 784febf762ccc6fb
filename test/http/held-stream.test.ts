import { Hono } from 'hono'
import { afterEach, expect, test, vi } from 'vitest'
import type { AppEnv } from '#adapters/http/context.ts'
import { faultsOf, holdWhileRead } from '#adapters/http/held-stream.ts'
import { listen } from '#adapters/node/http/http-server.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'

const FAULT = new Error('The storage is away.')

afterEach(() => {
  vi.restoreAllMocks()
})

/** Streams a line, and breaks off. */
function scene() {
  const logger = new RecordingLogger()
  const release = vi.fn()
  const slot = { renew: () => undefined, release }
  let isFirst = true
  const source = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        if (!isFirst) throw FAULT
        isFirst = false
        controller.enqueue(new TextEncoder().encode('{"line":1}\n'))
      },
    })
  const app = new Hono<AppEnv>()
    .use((c, next) => {
      c.set('principal', { tenantId: 'acme' } as AppEnv['Variables']['principal'])
      return next()
    })
    .get('/batches/:id/results', (c) =>
      c.body(holdWhileRead(source(), slot, { clock: new ManualClock(), ...faultsOf(c, logger) }), 200),
    )
  const logged = { level: 'error', message: 'A stream broke off.', error: FAULT }
  const line = { ...logged, fields: { path: '/batches/bat_1/results', tenantId: 'acme' } }
  return { app, logger, release, line }
}

test('a stream that breaks off is logged with its ids, releases its slot, and fails for its reader', async () => {
  const { app, logger, release, line } = scene()
  const answer = await app.request('/batches/bat_1/results')
  await expect(answer.text()).rejects.toBe(FAULT)
  expect(logger.lines).toEqual([line])
  expect(release).toHaveBeenCalled()
})

test('on Node its connection closes before the end of the answer, and only our logger says why', async () => {
  const printed = [vi.spyOn(console, 'error'), vi.spyOn(console, 'info')]
  const { app, logger, line } = scene()
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  try {
    const answer = await fetch(`${server.url}/batches/bat_1/results`)
    expect(answer.status).toBe(200)
    await expect(answer.text()).rejects.toThrow('terminated')
  } finally {
    await server.close(0)
  }
  expect(logger.lines).toEqual([line])
  for (const print of printed) expect(print).not.toHaveBeenCalled()
})
