import { expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { T0 } from '#test/support/fixtures.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { telemetryTo } from './telemetry-scene.ts'

/** Telemetry that exports a millisecond after it has followed a commit, and a job for it. */
function scene() {
  const clock = new ManualClock(T0)
  const requests: string[] = []
  const fetch = (url: string): Promise<Response> => {
    requests.push(url)
    return Promise.resolve(new Response('{}'))
  }
  const telemetry = telemetryTo({ url: 'http://127.0.0.1:1' }, { spanDelayMs: 1 }, { clock, fetch })
  const { executor, submit } = execution(defineAgent({ name: 'writer', instructions: '' }))
  const runJob = async (): Promise<void> => {
    await executor(new ListedModel(answer('Done.')), undefined, { telemetry }).execute(await submit(), NEVER)
  }
  return { clock, requests, telemetry, runJob }
}

test('commits are followed together, a tenth of a second after the first of them', async () => {
  const { clock, requests, runJob } = scene()
  await runJob()
  expect(clock.nextAt()).toBe(T0 + 100)
  await clock.advance(99)
  await runJob()
  await clock.advance(2)
  expect(requests).toHaveLength(1)
  expect(clock.nextAt()).toBeNull()
})

test('many are followed at once', async () => {
  const { clock, requests, runJob } = scene()
  for (let jobs = 0; jobs < 128; jobs++) await runJob()
  await clock.advance(1)
  expect(requests).toHaveLength(1)
})

test('what is committed after the last word leaves no timer', async () => {
  const { clock, telemetry, runJob } = scene()
  await runJob()
  await telemetry.close()
  await runJob()
  expect(clock.nextAt()).toBeNull()
})
