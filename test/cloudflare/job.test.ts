import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { submitted } from '#test/support/fixtures.ts'

afterAll(() => reset())

/** Far enough for no alarm to fire by itself. */
const FUTURE = Date.now() + 600_000

interface Job {
  readonly id: string
  readonly status: string
  readonly report?: { readonly output: string; readonly toolCalls: readonly unknown[] }
}

async function post(path: string, body: unknown): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return exports.default.fetch(`http://worker${path}`, init)
}

async function getJob(id: string): Promise<Job> {
  return (await exports.default.fetch(`http://worker/jobs/${id}`)).json<Job>()
}

describe('on Cloudflare', () => {
  test('POST /run answers with the report', async () => {
    const response = await post('/run', { agent: 'product-copywriter', input: { product: 'linen-apron' } })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ stopReason: 'finished', iterations: 3, model: 'scripted/demo' })
  })

  test('POST /jobs answers 202, the alarm does the work, and GET shows the report', async () => {
    const response = await post('/jobs', { agent: 'product-copywriter', input: { product: 'enamel-mug' } })
    expect(response.status).toBe(202)
    const { id } = await response.json<Job>()
    expect(response.headers.get('location')).toBe(`/jobs/${id}`)
    await vi.waitFor(async () => {
      expect((await getJob(id)).status).toBe('completed')
    })
    expect((await getJob(id)).report?.toolCalls).toHaveLength(3)
    const product = await exports.default.fetch('http://worker/products/enamel-mug')
    expect((await product.json<{ drafts: unknown[] }>()).drafts).toHaveLength(2)
  })

  test('a job that its evicted object left running is taken over by the next one', async () => {
    const { job, event } = submitted({
      agent: 'product-copywriter',
      input: { product: 'wool-blanket' },
      tenantId: 'default',
      jobId: 'job_01M83QK8XSJ513P1WPKNW38GPN',
    })
    const stub = env.AGENT_JOB.getByName(job.id)
    await stub.create(job, event)
    // As an instance leaves it that is gone after its first commit.
    const lease = { executorId: 'exec_gone', durationMs: 30_000, expiresAt: event.at + 30_000 }
    const running = { ...job, status: 'running', attempt: 1, version: 2, startedAt: event.at, lease }
    const begun = { type: 'attempt.started', at: event.at, executorId: lease.executorId, leaseMs: lease.durationMs }
    await runInDurableObject(stub, (_instance, { storage }) => {
      storage.sql.exec(
        "UPDATE jobs SET status = 'running', version = 2, last_seq = 2, record = ?",
        JSON.stringify(running),
      )
      storage.sql.exec('INSERT INTO journal (job_id, seq, events) VALUES (?, 2, ?)', job.id, JSON.stringify([begun]))
    })
    await evictDurableObject(stub)
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect(await getJob(job.id)).toMatchObject({ status: 'completed', attempt: 2 })
    expect(await runDurableObjectAlarm(stub)).toBe(false)
  })

  test('a job whose alarm was lost, and for which nobody asks, is found by its watch, which then forgets it', async () => {
    const jobId = 'job_01M83QK8XSJ513P1WPKNW38GPZ'
    const input = { product: 'wool-blanket' }
    const { job, event } = submitted({ agent: 'product-copywriter', input, tenantId: 'default', jobId, at: FUTURE })
    const stub = env.AGENT_JOB.getByName(jobId)
    await stub.create(job, event)
    const watch = env.JOB_WATCH.getByName('watch-Z')
    const watched = () =>
      runInDurableObject(watch, (_instance, { storage }) => storage.sql.exec('SELECT job_id FROM watched').toArray())
    await vi.waitFor(async () => {
      expect(await watched()).toEqual([{ job_id: jobId }])
    })
    await runInDurableObject(stub, async (_instance, { storage }) => {
      storage.sql.exec('UPDATE jobs SET record = ?', JSON.stringify({ ...job, runAt: 0 }))
      await storage.deleteAlarm()
    })
    await runInDurableObject(watch, (_instance, { storage }) => {
      storage.sql.exec('UPDATE watched SET look_at = 0')
    })
    expect(await runDurableObjectAlarm(watch)).toBe(true)
    await vi.waitFor(async () => {
      expect(await watched()).toEqual([])
    })
    expect((await getJob(jobId)).status).toBe('completed')
  })

  test('a job that cannot be looked at does not keep its watch from the others', async () => {
    const ids = ['job_01M83QK8XSJ513P1WPKNW38GAY', 'job_01M83QK8XSJ513P1WPKNW38GBY'] as const
    for (const jobId of ids) {
      const input = { product: 'wool-blanket' }
      const { job, event } = submitted({ agent: 'product-copywriter', input, tenantId: 'default', jobId, at: FUTURE })
      const stub = env.AGENT_JOB.getByName(jobId)
      await stub.create(job, event)
      await runInDurableObject(stub, async (_instance, { storage }) => {
        const record = jobId === ids[0] ? 'broken' : JSON.stringify({ ...job, runAt: 0 })
        storage.sql.exec('UPDATE jobs SET record = ?', record)
        await storage.deleteAlarm()
      })
    }
    const watch = env.JOB_WATCH.getByName('watch-Y')
    await vi.waitFor(async () => {
      await runInDurableObject(watch, (_instance, { storage }) => {
        expect(storage.sql.exec('SELECT job_id FROM watched').toArray()).toHaveLength(2)
        storage.sql.exec('UPDATE watched SET look_at = 0')
      })
    })
    expect(await runDurableObjectAlarm(watch)).toBe(true)
    await vi.waitFor(async () => {
      expect((await getJob(ids[1])).status).toBe('completed')
    })
    await runInDurableObject(watch, async (_instance, { storage }) => {
      expect(await storage.getAlarm()).not.toBeNull()
    })
  })

  test('a job whose alarm was lost is set going by whoever asks for it', async () => {
    const jobId = 'job_01M83QK8XSJ513P1WPKNW38GPA'
    const input = { product: 'wool-blanket' }
    const { job, event } = submitted({
      agent: 'product-copywriter',
      input,
      tenantId: 'default',
      jobId,
      at: FUTURE,
    })
    const stub = env.AGENT_JOB.getByName(jobId)
    await stub.create(job, event)
    await runInDurableObject(stub, async (_instance, { storage }) => {
      storage.sql.exec('UPDATE jobs SET record = ?', JSON.stringify({ ...job, runAt: 0 }))
      await storage.deleteAlarm()
    })
    expect(await getJob(jobId)).toMatchObject({ status: 'queued' })
    await vi.waitFor(async () => {
      expect((await getJob(jobId)).status).toBe('completed')
    })
  })

  test('asking for a job that was never submitted leaves nothing behind', async () => {
    const unknown = 'job_01M83QK8XSJ513P1WPKNW38GPX'
    const response = await exports.default.fetch(`http://worker/jobs/${unknown}`)
    expect(response.status).toBe(404)
    await runInDurableObject(env.AGENT_JOB.getByName(unknown), (_instance, { storage }) => {
      expect(
        storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
      ).toEqual([])
    })
  })

  test('an id that we cannot have given out is answered without an object', async () => {
    expect((await exports.default.fetch('http://worker/jobs/nonsense')).status).toBe(404)
  })
})
