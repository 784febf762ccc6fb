import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterAll, describe, expect, test } from 'vitest'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import type { JobStub } from '#adapters/cloudflare/job-stub.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import type { JobSubmitted } from '#domain/job/event.ts'
import { entryOf } from '#ports/job-index.ts'
import { eventually } from '#test/support/eventually.ts'
import { submitted } from '#test/support/fixtures.ts'
import { cron } from './cron.ts'

afterAll(() => reset())

/** Far enough for no alarm to fire by itself. */
const FUTURE = Date.now() + 600_000

interface Job {
  readonly id: string
  readonly status: string
  readonly report?: { readonly output: string; readonly toolCalls: readonly unknown[] }
}

/** The stub's own type is a mapping over our whole record, which TypeScript gives up on. */
async function create(stub: unknown, event: JobSubmitted): Promise<void> {
  await (stub as JobStub).create(event)
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
  for (const table of ['jobs WHERE id', 'job_tags WHERE job_id']) {
    expect(await env.JOB_INDEX.prepare(`SELECT 1 FROM ${table} = ?`).bind(jobId).first()).toBeNull()
  }
}

/** A job that is due, and whose alarm was lost. */
async function forgotten(jobId: string): Promise<void> {
  const input = { product: 'wool-blanket' }
  const { event } = submitted({ agent: 'draft-writer', input, tenantId: 'default', jobId, at: FUTURE })
  const stub = env.AGENT_JOB.getByName(jobId)
  await create(stub, event)
  // The index has heard of it.
  expect(await (stub as unknown as JobStub).lookAfter()).toBe(true)
  await runInDurableObject(stub, async (_instance, { storage }) => {
    storage.sql.exec("UPDATE journal SET events = json_set(events, '$[0].at', 0)")
    await storage.deleteAlarm()
  })
  await evictDurableObject(stub)
}

interface Indexed {
  readonly status: string
  readonly wake_at: number
  readonly wake_kind: string
}

function indexed(jobId: string): Promise<Indexed | null> {
  return env.JOB_INDEX.prepare('SELECT status, wake_at, wake_kind FROM jobs WHERE id = ?').bind(jobId).first<Indexed>()
}

async function overdue(jobId: string): Promise<void> {
  await env.JOB_INDEX.prepare('UPDATE jobs SET wake_at = 0 WHERE id = ?').bind(jobId).run()
}

describe('on Cloudflare', () => {
  test('POST /run answers with the report', async () => {
    const response = await post('/run', { agent: 'draft-writer', input: { product: 'linen-apron' } })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ stopReason: 'finished', iterations: 3, model: 'scripted/demo' })
  })

  test('POST /jobs answers 202, the alarm does the work, and GET shows the report', async () => {
    const response = await post('/jobs', { agent: 'draft-writer', input: { product: 'enamel-mug' } })
    expect(response.status).toBe(202)
    const { id } = await response.json<Job>()
    expect(response.headers.get('location')).toBe(`/jobs/${id}`)
    await eventually(async () => {
      expect((await getJob(id)).status).toBe('completed')
    })
    expect((await getJob(id)).report?.toolCalls).toHaveLength(3)
    const product = await exports.default.fetch('http://localhost/products/enamel-mug')
    expect((await product.json<{ drafts: unknown[] }>()).drafts).toHaveLength(2)
  })

  test('who submits a job and who cancels it travel to its object, and come back with it', async () => {
    const jobId = 'job_01M83QK8XSJ513P1WPKNW38GPW'
    const stub = env.AGENT_JOB.getByName(jobId) as unknown as JobStub
    const { event } = submitted({ agent: 'draft-writer', tenantId: 'acme', jobId, at: FUTURE })
    await stub.create(event)
    const by = { kind: 'operation', id: 'op_1', for: { kind: 'key', id: 'desk' } } as const
    const job = { status: 'canceled', createdBy: event.by, cancelRequestedBy: by }
    expect(await stub.cancel({ tenantId: 'acme', jobId, by })).toMatchObject({ job })
    expect(await stub.find('acme', jobId)).toMatchObject(job)
  })

  test('a job that its evicted object left running is taken over by the next one', async () => {
    const { job, event } = submitted({
      agent: 'draft-writer',
      input: { product: 'wool-blanket' },
      tenantId: 'default',
      jobId: 'job_01M83QK8XSJ513P1WPKNW38GPN',
    })
    const stub = env.AGENT_JOB.getByName(job.id)
    await create(stub, event)
    // As an instance leaves it that is gone after its first commit.
    const begun = { type: 'attempt.started', at: event.at, executorId: 'exec_gone', release: null, leaseMs: 30_000 }
    await runInDurableObject(stub, (_instance, { storage }) => {
      storage.sql.exec('INSERT INTO journal (seq, events) VALUES (2, ?)', JSON.stringify([begun]))
    })
    await evictDurableObject(stub)
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect(await getJob(job.id)).toMatchObject({ status: 'completed', attempt: 2 })
    await runInDurableObject(stub, async (_instance, { storage }) => {
      expect(await storage.getAlarm()).toBeGreaterThan(Date.now() + 29 * 86_400_000)
    })
  })

  test('a job whose alarm was lost, and for which nobody asks, is found by the sweep, and found again when it expires', async () => {
    const jobId = 'job_01M83QK8XSJ513P1WPKNW38GPZ'
    await forgotten(jobId)
    await overdue(jobId)
    await cron()
    await eventually(async () => {
      expect((await getJob(jobId)).status).toBe('completed')
      expect((await indexed(jobId))?.wake_at).toBeGreaterThan(Date.now() + 29 * 86_400_000)
    })
    expect(await indexed(jobId)).toMatchObject({ status: 'completed', wake_kind: 'expire' })
  })

  test('a job that cannot be looked after does not keep the sweep from the others, and waits for a later one', async () => {
    const [broken, sound] = ['job_01M83QK8XSJ513P1WPKNW38GAY', 'job_01M83QK8XSJ513P1WPKNW38GBY'] as const
    await forgotten(broken)
    await forgotten(sound)
    await runInDurableObject(env.AGENT_JOB.getByName(broken), (_instance, { storage }) => {
      storage.sql.exec("UPDATE journal SET events = 'broken'")
    })
    await evictDurableObject(env.AGENT_JOB.getByName(broken))
    await overdue(broken)
    await overdue(sound)
    await cron()
    await eventually(async () => {
      expect((await getJob(sound)).status).toBe('completed')
    })
    expect((await indexed(broken))?.wake_at).toBeGreaterThan(Date.now())
  })

  test('an entry of a job that is not there is taken out of the index by the sweep', async () => {
    const jobId = 'job_01M83QK8XSJ513P1WPKNW38GCY'
    const { job } = submitted({ jobId })
    await new SqlJobIndex(new D1SqlDatabase(env.JOB_INDEX)).put({ ...entryOf(job), wake: { at: 0, kind: 'run' } }, [])
    await cron()
    expect(await indexed(jobId)).toBeNull()
  })

  test('a job whose alarm was lost is set going by whoever asks for it', async () => {
    const jobId = 'job_01M83QK8XSJ513P1WPKNW38GPA'
    await forgotten(jobId)
    expect(await getJob(jobId)).toMatchObject({ status: 'queued' })
    await eventually(async () => {
      expect((await getJob(jobId)).status).toBe('completed')
    })
  })

  test('DELETE leaves nothing of a job: no storage, no alarm, no entry in the index', async () => {
    const request = {
      agent: 'draft-writer',
      input: { product: 'enamel-mug' },
      tags: ['gone'],
      retentionSeconds: 60,
    }
    const { id } = await (await post('/jobs', request)).json<Job>()
    const index = async (): Promise<unknown> =>
      (await exports.default.fetch('http://localhost/jobs?tag=gone')).json<{ jobs: unknown[] }>()
    await eventually(async () => {
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
    const { id } = await (await post('/jobs', { agent: 'draft-writer', input: { product: 'enamel-mug' } })).json<Job>()
    await eventually(async () => {
      expect((await getJob(id)).status).toBe('completed')
    })
    const stub = env.AGENT_JOB.getByName(id)
    await runInDurableObject(stub, (_instance, { storage }) => {
      const last = 'WHERE seq = (SELECT MAX(seq) FROM journal)'
      storage.sql.exec(`UPDATE journal SET events = json_set(events, '$[#-1].at', 1) ${last}`)
    })
    await evictDurableObject(stub)
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
