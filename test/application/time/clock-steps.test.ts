import { describe, expect, test } from 'vitest'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { CachedApiKeys } from '#adapters/local/cached-api-keys.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { Backoff } from '#application/time/backoff.ts'
import { Pump } from '#adapters/node/engine/pump.ts'
import { RateLimiter } from '#adapters/http/rate-limiter.ts'
import { CheckReadiness } from '#application/health/check-readiness.ts'
import { QueueDepth } from '#application/job/queue-depth.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { mayClaim } from '#domain/job/claim.ts'
import { CLI } from '#domain/tenant/actor.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { ALONE, T0, after, started, submitted } from '#test/support/fixtures.ts'
import { atOnce } from '#test/support/in-background.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { hangingModel } from '#test/support/script.ts'
import { silentLogger } from '#test/support/silent-logger.ts'

const HOUR_MS = 3_600_000
const POLICY = {
  requestsPerMinute: 6,
  maxUnfinishedJobs: 2,
  agents: null,
  maxConcurrentJobs: 2,
  maxConcurrentRuns: 1,
  maxEventReaders: 1,
  maxBatchItems: 1,
  retainMs: 60_000,
  searchable: true,
  callback: null,
  callbackSecrets: [],
}
const tenants = new TenantPolicies(POLICY)

describe.each([
  ['on', HOUR_MS],
  ['back', -HOUR_MS],
])('where the wall clock is set %s by an hour', (_way, ms) => {
  test('a rate limit goes on as if nothing had happened', async () => {
    const clock = new ManualClock()
    const rates = new RateLimiter({ tenants, clock })
    for (let n = 0; n < 6; n++) rates.take('acme')
    clock.step(ms)
    expect(rates.take('acme')).toMatchObject({ allowed: false, resetMs: 10_000 })
    await clock.advance(10_000)
    expect(rates.take('acme').allowed).toBe(true)
  })

  test('a revoked key is refused as soon as ever', async () => {
    const clock = new ManualClock()
    let [revokedAt, any]: [number | null, boolean] = [null, false]
    const fields = {
      format: 1,
      id: 'k',
      tenantId: 'acme',
      scopes: [],
      name: '',
      hash: '',
      createdAt: T0,
      createdBy: CLI,
      revokedBy: null,
    }
    const keys = {
      find: () => Promise.resolve({ ...fields, revokedAt }),
      any: () => Promise.resolve(any),
      ids: () => Promise.resolve(new Set<string>()),
    }
    const cached = new CachedApiKeys(keys, { clock, freshMs: 1000, inBackground: atOnce })
    await cached.find('k')
    await cached.any()
    ;[revokedAt, any] = [T0, true]
    clock.step(ms)
    await clock.advance(999)
    expect([(await cached.find('k'))?.revokedAt, await cached.any()]).toEqual([null, false])
    await clock.advance(1)
    expect([(await cached.find('k'))?.revokedAt, await cached.any()]).toEqual([T0, true])
  })

  test('a queue is counted again as soon as ever', async () => {
    const clock = new ManualClock()
    const index = { jobs: 2, unfinished: () => Promise.resolve(index.jobs) }
    const depth = new QueueDepth({ clock, logger: silentLogger, tenants, index, inBackground: atOnce })
    await expect(depth.admit('acme')).rejects.toMatchObject({ code: 'queue_full' })
    index.jobs = 0
    clock.step(ms)
    await expect(depth.admit('acme')).rejects.toMatchObject({ code: 'queue_full' })
    await clock.advance(1000)
    await depth.admit('acme')
  })

  test('readiness is looked at again as soon as ever', async () => {
    const clock = new ManualClock()
    let reads = 0
    const read = (): Promise<void> => {
      reads++
      return Promise.resolve()
    }
    const readiness = new CheckReadiness({ storage: { read }, clock, logger: silentLogger })
    await readiness.execute()
    clock.step(ms)
    await readiness.execute()
    expect(reads).toBe(1)
    await clock.advance(1000)
    await readiness.execute()
    expect(reads).toBe(2)
  })

  test('what failed rests for as long as it was told to', async () => {
    const clock = new ManualClock()
    const backoff = new Backoff(clock)
    backoff.rest('job')
    clock.step(ms)
    await clock.advance(999)
    expect(backoff.has('job')).toBe(true)
    await clock.advance(1)
    expect(backoff.has('job')).toBe(false)
  })

  test('an executor that cannot renew its lease stops when that has run out, not sooner or later', async () => {
    const world = execution(defineAgent({ name: 'writer', instructions: '' }))
    const id = await world.submit()
    const { model, asked } = hangingModel()
    const attempt = world.executor(model, undefined, { alone: false, leaseMs: 30_000 }).execute(id, NEVER)
    void attempt.catch(() => undefined)
    const signal = await asked
    world.store.save = () => new Promise(() => undefined)
    world.clock.step(ms)
    await world.clock.advance(29_999)
    expect(signal.aborted).toBe(false)
    await world.clock.advance(1)
    expect(signal.aborted).toBe(true)
  })

  test('what waits to be tried again is begun in time, or a little early', async () => {
    const { clock, store, begun, pump } = pumping()
    const { job, event, state } = submitted({ at: T0 })
    await store.create(job, event)
    const error = { code: 'model_failed', message: 'No.' } as const
    const events = [
      started(T0),
      { type: 'job.waiting', at: T0, wait: { reason: 'retry', until: T0 + 60_000, error } },
    ] as const
    await store.save(after(state, events), events)
    pump.start()
    await clock.advance(10_000)
    clock.step(ms)
    await clock.advance(50_000)
    expect(begun).toEqual([job.id])
  })

  test('a job that is due in a second is begun then, whatever the pump slept for', async () => {
    const { clock, store, begun, pump } = pumping()
    pump.start()
    await clock.advance(0)
    clock.step(ms)
    const { job, event } = submitted({ at: clock.now() + 1000 })
    await store.create(job, event)
    await clock.advance(1000)
    expect(begun).toEqual([job.id])
  })
})

describe('a job that was written by a clock that was far ahead', () => {
  const now = T0 - HOUR_MS
  const { state } = submitted({ at: T0 })
  const other = { ...ALONE, alone: false }

  test('may be executed at once where it waits for a time alone', () => {
    const error = { code: 'model_failed', message: 'No.' } as const
    const retry = { type: 'job.waiting', at: T0, wait: { reason: 'retry', until: T0 + 1000, error } } as const
    const unknown = { type: 'job.waiting', at: T0, wait: { reason: 'outcome_unknown', calls: [] } } as const
    const jobs = [state, after(state, [started(T0)]), after(state, [started(T0), retry])]
    for (const { job } of jobs) {
      expect(mayClaim(job, other, now)).toBe(true)
      // As far as servers may differ, a time is a time.
      expect(mayClaim(job, other, T0 - 30_000)).toBe(false)
    }
    expect(mayClaim(after(state, [started(T0), unknown]).job, other, now)).toBe(false)
  })

  test('is found by a pump that starts afterwards', async () => {
    const { store, begun, pump, clock } = pumping(now)
    const { job, event } = submitted({ at: T0 })
    await store.create(job, event)
    pump.start()
    await clock.advance(0)
    expect(begun).toEqual([])
    await pump.catchUp()
    await clock.advance(0)
    expect(begun).toEqual([job.id])
  })
})

function pumping(now = T0) {
  const clock = new ManualClock(now)
  const waker = new RecordingWaker()
  const store = new MemoryJobStore(waker)
  const begun: string[] = []
  const execute = async (jobId: string): Promise<void> => {
    const state = await store.load(jobId)
    if (!state || !mayClaim(state.job, ALONE, clock.now())) return
    begun.push(jobId)
    const failed = { type: 'job.failed', at: clock.now(), error: { code: 'model_failed', message: 'No.' } } as const
    await store.save(after(state, [failed]), [failed])
  }
  const pump = new Pump({ kind: 'run', due: store, waker, clock, logger: silentLogger, places: 2, execute })
  return { clock, store, begun, pump }
}
