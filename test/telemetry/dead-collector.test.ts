import { expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { T0 } from '#test/support/fixtures.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { targetAt, telemetryTo } from './telemetry-scene.ts'

/** Telemetry of one job, to a collector that takes the connection and never answers. */
async function unanswered(gauges: () => Promise<readonly never[]> = () => Promise.resolve([])) {
  const [clock, logger, url] = [new ManualClock(T0), new RecordingLogger(), 'http://127.0.0.1:1']
  const asked = Promise.withResolvers<undefined>()
  const fetch = (_url: string, { signal }: RequestInit): Promise<never> =>
    new Promise((_, reject) => {
      const end = (): void => {
        reject(new Error('aborted'))
      }
      if (signal?.aborted) end()
      signal?.addEventListener('abort', end)
      asked.resolve(undefined)
    })
  const slow = { timeoutMs: 60_000 }
  const metrics = { ...targetAt(url, '/v1/metrics'), ...slow }
  const telemetry = telemetryTo(
    { url },
    { traces: { ...targetAt(url), ...slow }, metrics },
    { clock, logger, fetch, gauges },
  )
  const { executor, submit } = execution(defineAgent({ name: 'writer', instructions: '' }))
  const model = new ListedModel(answer('Done.'))
  await executor(model, undefined, { telemetry }).execute(await submit(), NEVER)
  return { telemetry, clock, logger, asked: asked.promise }
}

const SPANS = { message: 'Spans were dropped: the collector did not take them.' }

test('a collector that never answers holds up an end for five seconds, and a warning of each signal says so', async () => {
  const { telemetry, clock, logger, asked } = await unanswered()
  let isClosed = false
  const closed = telemetry.close().then(() => (isClosed = true))
  await asked
  await clock.advance(4999)
  expect(isClosed).toBe(false)
  await clock.advance(1)
  await closed
  const reason = 'no answer before the process ended'
  expect(logger.lines).toMatchObject([
    { message: 'Metrics could not be exported.', fields: { reason } },
    { ...SPANS, fields: { reason } },
  ])
  expect(clock.nextAt()).toBeNull()
})

test('neither does a database that does not answer, beside it', async () => {
  const { telemetry, clock, logger, asked } = await unanswered(() => new Promise(() => undefined))
  const closed = telemetry.close()
  await asked
  await clock.advance(5000)
  await closed
  expect(logger.lines).toMatchObject([SPANS])
})
