import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterAll, describe, expect, test, vi } from 'vitest'
import type { JobStub } from '#adapters/cloudflare/job-stub.ts'
import type { JobSubmitted } from '#domain/job/event.ts'
import type { QueuedJob } from '#domain/job/job.ts'
import { submitted } from '#test/support/fixtures.ts'

afterAll(() => reset())

/** Far enough for no alarm to fire by itself. */
const FUTURE = Date.now() + 600_000

interface Job {
  readonly id: string
  readonly status: string
  readonly report?: { readonly output: string; readonly toolCalls: readonly unknown[] }
}

/** The stub's own type is a mapping over our whole record, which TypeScript gives up on. */
async function create(stub: unknown, job: QueuedJob, event: JobSubmitted): Promise<void> {
  await (stub as JobStub).create(job, event)
}

async function post(path: string, body: unknown): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return exports.default.fetch(`http://localhost${path}`, init)
}

async function getJob(id: string): Promise<Job> {
  return (await exports.default.fetch(`http://localhost/jobs/${id}`)).json<Job>()
}

/** Nothing that is ours is left in the job's object, nor anywhere else. */
async function expectEmpty(jobId: string): Promise<void> {
  await runInDurableObject(env.AGENT_JOB.getByName(jobId), async (_instance, { storage }) => {
    const tables = "SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'"
    expect(storage.sql.exec(tables).toArray()).toEqual([])
    expect(await storage.getAlarm()).toBeNull()
  })
  for (const table of ['job_index WHERE id', 'job_tags WHERE job_id']) {
    expect(await env.JOB_INDEX.prepare(`SELECT 1 FROM ${table} = ?`).bind(jobId).first()).toBeNull()
  }
  const watch = env.JOB_WATCH.getByName(`watch-${jobId.slice(-1)}`)
  const watched = await runInDurableObject(watch, (_instance, { storage }) =>
    storage.sql.exec('SELECT 1 FROM watched WHERE job_id = ?', jobId).toArray(),
  )
  expect(watched).toEqual([])
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
    const product = await exports.default.fetch('http://localhost/products/enamel-mug')
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
    await create(stub, job, event)
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
    await runInDurableObject(stub, async (_instance, { storage }) => {
      expect(await storage.getAlarm()).toBeGreaterThan(Date.now() + 29 * 86_400_000)
    })
  })

  test('a job whose alarm was lost, and for which nobody asks, is found by its watch, which then looks again when it expires', async () => {
    const jobId = 'job_01M83QK8XSJ513P1WPKNW38GPZ'
    const input = { product: 'wool-blanket' }
    const { job, event } = submitted({ agent: 'product-copywriter', input, tenantId: 'default', jobId, at: FUTURE })
    const stub = env.AGENT_JOB.getByName(jobId)
    await create(stub, job, event)
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
      expect((await getJob(jobId)).status).toBe('completed')
    })
    await vi.waitFor(async () => {
      const [row] = await runInDurableObject(watch, (_instance, { storage }) =>
        storage.sql.exec<{ look_at: number }>('SELECT look_at FROM watched').toArray(),
      )
      expect(row?.look_at).toBeGreaterThan(Date.now() + 29 * 86_400_000)
    })
  })

  test('a job that cannot be looked at does not keep its watch from the others', async () => {
    const ids = ['job_01M83QK8XSJ513P1WPKNW38GAY', 'job_01M83QK8XSJ513P1WPKNW38GBY'] as const
    for (const jobId of ids) {
      const input = { product: 'wool-blanket' }
      const { job, event } = submitted({ agent: 'product-copywriter', input, tenantId: 'default', jobId, at: FUTURE })
      const stub = env.AGENT_JOB.getByName(jobId)
      await create(stub, job, event)
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
    await create(stub, job, event)
    await runInDurableObject(stub, async (_instance, { storage }) => {
      storage.sql.exec('UPDATE jobs SET record = ?', JSON.stringify({ ...job, runAt: 0 }))
      await storage.deleteAlarm()
    })
    expect(await getJob(jobId)).toMatchObject({ status: 'queued' })
    await vi.waitFor(async () => {
      expect((await getJob(jobId)).status).toBe('completed')
    })
  })

  test('DELETE leaves nothing of a job: no storage, no alarm, no entry in the index, nobody who watches', async () => {
    const request = {
      agent: 'product-copywriter',
      input: { product: 'enamel-mug' },
      tags: ['gone'],
      retentionSeconds: 60,
    }
    const { id } = await (await post('/jobs', request)).json<Job>()
    const index = async (): Promise<unknown> =>
      (await exports.default.fetch('http://localhost/jobs?tag=gone')).json<{ jobs: unknown[] }>()
    await vi.waitFor(async () => {
      expect((await getJob(id)).status).toBe('completed')
      expect(await index()).toMatchObject({ jobs: [{ id, status: 'completed' }] })
    })
    const gone = await exports.default.fetch(`http://localhost/jobs/${id}`, { method: 'DELETE' })
    expect(gone.status).toBe(204)
    expect((await exports.default.fetch(`http://localhost/jobs/${id}`)).status).toBe(404)
    expect(await index()).toEqual({ jobs: [] })
    await expectEmpty(id)
  })

  test('a job that has been kept for long enough deletes itself, as completely', async () => {
    const { id } = await (
      await post('/jobs', { agent: 'product-copywriter', input: { product: 'enamel-mug' } })
    ).json<Job>()
    await vi.waitFor(async () => {
      expect((await getJob(id)).status).toBe('completed')
    })
    const stub = env.AGENT_JOB.getByName(id)
    await runInDurableObject(stub, (_instance, { storage }) => {
      storage.sql.exec("UPDATE jobs SET record = json_set(record, '$.finishedAt', 1)")
    })
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect((await exports.default.fetch(`http://localhost/jobs/${id}`)).status).toBe(404)
    await expectEmpty(id)
  })

  test('asking for a job that was never submitted leaves nothing behind', async () => {
    const unknown = 'job_01M83QK8XSJ513P1WPKNW38GPX'
    const response = await exports.default.fetch(`http://localhost/jobs/${unknown}`)
    expect(response.status).toBe(404)
    await runInDurableObject(env.AGENT_JOB.getByName(unknown), (_instance, { storage }) => {
      expect(
        storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
      ).toEqual([])
    })
  })

  test('an id that we cannot have given out is answered without an object', async () => {
    expect((await exports.default.fetch('http://localhost/jobs/nonsense')).status).toBe(404)
  })
})
