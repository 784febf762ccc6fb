import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterAll, describe, expect, test } from 'vitest'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { JobKeeper } from '#adapters/cloudflare/job-keeper.ts'
import type { JobNamespace } from '#adapters/cloudflare/job-stub.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { NO_USAGE } from '#domain/agent/usage.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { LIMIT_MS, deaf } from '#test/support/deaf-tools.ts'
import { eventually } from '#test/support/eventually.ts'
import { ALONE, T0, TILL, started, submitted } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { writerApp } from './writer-app.ts'
import { noBatch } from './object-jobs.ts'
import { NO_PROPOSALS } from '#test/support/no-proposals.ts'

afterAll(() => reset())

type Deaf = ReturnType<typeof deaf>

interface Scene {
  readonly keeper: JobKeeper
  readonly clock: ManualClock
  readonly jobId: string
  readonly index: SqlJobIndex
  /** The alarm whose attempt the tool is called in. */
  readonly working: Promise<void>
  cancel(): ReturnType<JobKeeper['cancel']>
}

/** A job in an object of its own, in the middle of the call of a tool that ignores its abort signal. */
async function inCall(send: Deaf, play: (scene: Scene) => Promise<void>): Promise<void> {
  await runInDurableObject(env.CONTRACT_HOST.getByName(crypto.randomUUID()), async (_instance, { storage }) => {
    const index = new SqlJobIndex(new D1SqlDatabase(env.JOB_INDEX))
    await migrate(new D1SqlDatabase(env.JOB_INDEX), jobsSchema)
    const clock = new ManualClock(T0)
    const models = new ListedModel(asks({ id: 'send', name: 'send' }), answer('Done.'))
    const { job, event } = submitted()
    const keeper = new JobKeeper({
      storage,
      compose: writerApp({ clock, models, executor: ALONE, tools: [send.tool] }),
      index,
      proposals: NO_PROPOSALS,
      endItem: noBatch,
      objects: () => ({}) as JobNamespace,
      logger: silentLogger,
      clock,
      jobId: () => job.id,
      waitUntil: () => undefined,
    })
    await keeper.create(event)
    const working = keeper.wake()
    await send.begun
    const cancel = () => keeper.cancel({ tenantId: 'acme', jobId: job.id, by: TILL })
    await play({ keeper, clock, jobId: job.id, index, working, cancel })
  })
}

const unknownIn = async ({ index }: Scene): Promise<readonly string[]> =>
  (await index.list({ tenantId: 'acme', filter: { hasUnknownCalls: true }, size: 9, after: null })).jobs.map(
    ({ id }) => id,
  )

describe('in its object, a canceled job', () => {
  test('is running until its tool has returned, and has the result', async () => {
    const send = deaf('send')
    await inCall(send, async (scene) => {
      expect(await scene.cancel()).toMatchObject({ job: { status: 'running', cancelRequestedAt: T0 } })
      expect((await send.begun).signal.aborted).toBe(true)
      await scene.clock.advance(LIMIT_MS - 1)
      expect(await scene.cancel()).toMatchObject({ job: { status: 'running' } })
      send.resolve('sent')
      await scene.working
      expect(await scene.cancel()).toMatchObject({ job: { status: 'canceled', unknownCalls: [] } })
      expect(await unknownIn(scene)).not.toContain(scene.jobId)
    })
  })

  test('does not know the outcome after the limit, and the index hears of it, and of its resolution', async () => {
    const send = deaf('send')
    await inCall(send, async (scene) => {
      const { keeper, clock, jobId } = scene
      await scene.cancel()
      await clock.advance(0)
      await clock.advance(LIMIT_MS)
      await scene.working
      expect(await keeper.find('acme', jobId)).toMatchObject({ status: 'canceled', unknownCalls: [{ callId: 'send' }] })
      expect(await unknownIn(scene)).toContain(jobId)
      expect(await keeper.remove({ tenantId: 'acme', jobId, by: TILL })).toMatchObject({ code: 'outcome_unknown' })
      const resolution = { outcome: 'happened', result: null } as const
      await keeper.resolve({ tenantId: 'acme', jobId, by: TILL, call: 'send', resolution })
      await clock.advance(1000)
      await eventually(async () => {
        expect(await unknownIn(scene)).not.toContain(jobId)
      })
    })
  })
})

/** A job of the sample agent that its executor, which is gone, left in the middle of a call. Its alarm was lost. */
async function leftInCall(jobId: string): Promise<void> {
  const stub = env.AGENT_JOB.getByName(jobId)
  const at = Date.now()
  const { event } = submitted({ agent: 'draft-writer', tenantId: 'default', jobId, at })
  const events: readonly JobEvent[] = [
    event,
    { ...started(at), executorId: 'exec_gone' },
    { type: 'model_call.started', at, iteration: 1, model: 'scripted/test' },
    {
      type: 'model_call.completed',
      at,
      iteration: 1,
      message: { role: 'assistant', parts: [{ type: 'tool_call', id: 'a', name: 'send', input: {} }] },
      finishReason: 'tool_calls',
      usage: NO_USAGE,
    },
    { type: 'tool_call.started', at, callId: 'a', name: 'send', effect: 'once' },
  ]
  await runInDurableObject(stub, (_instance, { storage }) => {
    storage.sql.exec('CREATE TABLE journal (seq INTEGER PRIMARY KEY, events TEXT NOT NULL)')
    storage.sql.exec('INSERT INTO journal (seq, events) VALUES (1, ?)', JSON.stringify(events))
  })
  await evictDurableObject(stub)
}

async function ask(
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: { readonly id: string } }> {
  const init = { method, headers: { 'content-type': 'application/json' }, ...(body && { body: JSON.stringify(body) }) }
  const response = await exports.default.fetch(`http://localhost${path}`, init)
  return { status: response.status, body: await response.json() }
}

/** Starts an operation, and returns when it has done its work to `count` jobs. */
async function operate(request: object, count: number): Promise<void> {
  const begun = await ask('POST', '/operations', request)
  expect(begun).toMatchObject({ status: 202, body: { total: count } })
  await eventually(async () => {
    const said = await ask('GET', `/operations/${begun.body.id}`)
    expect(said).toMatchObject({ body: { status: 'completed', done: count, skipped: 0 } })
  })
}

test('an operation resolves the calls of jobs that have ended, and another deletes the jobs', async () => {
  const ids = ['job_01M83QK8XSJ513P1WPKNW38GF1', 'job_01M83QK8XSJ513P1WPKNW38GF2']
  for (const id of ids) {
    await leftInCall(id)
    expect(await ask('POST', `/jobs/${id}/cancel`)).toMatchObject({ status: 202 })
    await runDurableObjectAlarm(env.AGENT_JOB.getByName(id))
    expect(await ask('GET', `/jobs/${id}`)).toMatchObject({
      body: { status: 'canceled', unknownCalls: [{ callId: 'a' }] },
    })
    expect(await ask('POST', `/jobs/${id}/retry`)).toMatchObject({ status: 409, body: { code: 'outcome_unknown' } })
  }
  const filter = { status: ['canceled'] }
  await operate({ action: 'resolve', outcome: 'did_not_happen', filter }, 2)
  for (const id of ids) expect((await ask('GET', `/jobs/${id}`)).body).not.toHaveProperty('unknownCalls')
  await operate({ action: 'delete', filter }, 2)
  for (const id of ids) {
    expect(await ask('GET', `/jobs/${id}`)).toMatchObject({ status: 404 })
    await runInDurableObject(env.AGENT_JOB.getByName(id), async (_instance, { storage }) => {
      const tables = storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'journal'").toArray()
      expect([tables, await storage.getAlarm()]).toEqual([[], null])
    })
  }
  expect(await ask('GET', '/jobs?status=canceled')).toMatchObject({ body: { jobs: [] } })
})
