import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import type { JobStub } from '#adapters/cloudflare/job-stub.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { eventually } from '#test/support/eventually.ts'
import { submitted } from '#test/support/fixtures.ts'
import { cron } from './cron.ts'
import { holdNextCalls } from './held-job.ts'

const JOB = {
  alarm: 'job_01M83QK8XSJ513P1WPKNW38GD1',
  sweep: 'job_01M83QK8XSJ513P1WPKNW38GD2',
  evicted: 'job_01M83QK8XSJ513P1WPKNW38GD3',
  poisoned: 'job_01M83QK8XSJ513P1WPKNW38GD4',
}

beforeAll(() => migrate(new D1SqlDatabase(env.JOB_INDEX), jobsSchema))
afterAll(() => reset())

let model = holdNextCalls(1)
beforeEach(() => {
  model = holdNextCalls(1)
})

/** The stub's own type is a mapping over our whole record, which TypeScript gives up on. */
function jobNamed(jobId: string): JobStub {
  const stub: unknown = env.HELD_JOB.getByName(jobId)
  return stub as JobStub
}

function inObject<T>(jobId: string, work: (state: DurableObjectState) => Promise<T>): Promise<T> {
  return runInDurableObject(env.HELD_JOB.getByName(jobId), (_instance, state) => work(state))
}

function indexed(jobId: string): Promise<{ readonly status: string; readonly wake_at: number } | null> {
  return env.JOB_INDEX.prepare('SELECT status, wake_at FROM jobs WHERE id = ?').bind(jobId).first()
}

/** Its alarm has come, and its first model call is under way, of which the index has heard. */
async function underWay(jobId: string): Promise<void> {
  const { event } = submitted({ jobId, at: Date.now() })
  await jobNamed(jobId).create(event)
  await eventually(async () => {
    expect(model.calls).toBe(1)
    expect(await indexed(jobId)).toMatchObject({ status: 'running' })
  })
}

/** Its object is gone at once, and all that it was doing. */
async function die(jobId: string): Promise<void> {
  const dying = inObject(jobId, (state) => {
    state.abort('The machine is gone.')
    return Promise.resolve()
  })
  await expect(dying).rejects.toThrow()
}

/** The alarm comes at once, which the platform would repeat ever later. */
async function comeAgain(jobId: string): Promise<void> {
  await inObject(jobId, ({ storage }) => storage.setAlarm(Date.now() + 3_600_000))
  void runDurableObjectAlarm(env.HELD_JOB.getByName(jobId)).catch(() => undefined)
}

describe('an object that dies in the middle of an attempt', () => {
  test('has set no alarm for that, and the one that has fired comes again', async () => {
    await underWay(JOB.alarm)
    // Whoever asks meanwhile sets none either.
    expect((await jobNamed(JOB.alarm).find('acme', JOB.alarm))?.status).toBe('running')
    expect(await inObject(JOB.alarm, ({ storage }) => storage.getAlarm())).toBeNull()
    await die(JOB.alarm)
    expect(await inObject(JOB.alarm, ({ storage }) => storage.getAlarm())).not.toBeNull()
    expect(await runDurableObjectAlarm(env.HELD_JOB.getByName(JOB.alarm))).toBe(true)
    const job = await jobNamed(JOB.alarm).find('acme', JOB.alarm)
    expect(job).toMatchObject({ status: 'completed', attempt: 2 })
  })

  test('is found by the sweep where the alarm does not come again', async () => {
    await underWay(JOB.sweep)
    const { wake_at: wakeAt = Number.POSITIVE_INFINITY } = (await indexed(JOB.sweep)) ?? {}
    expect(wakeAt).toBeLessThanOrEqual(Date.now() + 300_000)
    await die(JOB.sweep)
    await inObject(JOB.sweep, ({ storage }) => storage.deleteAlarm())
    await env.JOB_INDEX.prepare('UPDATE jobs SET wake_at = 0 WHERE id = ?').bind(JOB.sweep).run()
    await cron({ ...env, AGENT_JOB: env.HELD_JOB })
    await eventually(async () => {
      expect(await indexed(JOB.sweep)).toMatchObject({ status: 'completed' })
    })
    expect(model.calls).toBe(2)
  })

  test.each([
    { held: 7, where: 'a model call, which poisons no job', left: { status: 'completed', attempt: 8 } },
    { held: 0, where: 'a tool call, which does', left: { status: 'failed', attempt: 5, error: { code: 'poisoned' } } },
  ])('dies again and again in $where', async ({ held, left }) => {
    model = holdNextCalls(held)
    const jobId = held === 0 ? JOB.poisoned : JOB.evicted
    await jobNamed(jobId).create(submitted({ jobId, at: Date.now() }).event)
    for (let death = 1; death <= (held || 5); death++) {
      await eventually(() => {
        expect(held === 0 ? model.runs : model.calls).toBe(death)
      })
      await die(jobId)
      await comeAgain(jobId)
    }
    await eventually(async () => {
      expect(await jobNamed(jobId).find('acme', jobId)).toMatchObject(left)
    })
  })
})
