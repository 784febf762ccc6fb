import type pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import { LocalDispatchLog } from '#adapters/local/dispatch-log.ts'
import { LocalFeed } from '#adapters/local/job-feed.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import type { Engine, Work } from '#composition/node/storage.ts'
import { eventually } from '#test/support/eventually.ts'
import { ALONE, after, started, submitted } from '#test/support/fixtures.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { engineOn } from './engine-work.ts'
import { type Scene, emptyDatabase, intakeOn, openScene } from './scene.ts'
import { PRICES } from '#test/support/prices.ts'

let scene: Scene
let logger: RecordingLogger
let engine: Engine | null

beforeEach(async () => {
  scene = await openScene(await emptyDatabase())
  logger = new RecordingLogger()
  engine = null
})

afterEach(async () => {
  vi.restoreAllMocks()
  const drained = engine?.drain(0)
  await scene.clock.advance(0)
  await drained
  await scene.close()
})

async function startEngine(run: Work['run']): Promise<void> {
  engine = engineOn(scene, { run }, { logger })
  await engine.start()
}

/** A server with the agent of the fixtures' jobs. */
async function startServer(models: ListedModel): Promise<ExecuteJob> {
  const { store: jobs, clock } = scene
  const executor = new ExecuteJob({
    agents: new AgentRegistry([defineAgent({ name: 'writer', instructions: 'Write.' })]),
    jobs,
    waker: new RecordingWaker(),
    clock,
    models,
    defaultModel: 'scripted/test',
    prices: PRICES,
    limits: DEFAULT_LIMITS,
    feed: new LocalFeed(),
    random: { fraction: () => 0.5 },
    logger,
    executor: { ...ALONE, alone: false },
    dispatchLog: new LocalDispatchLog(ALONE.id),
  })
  await startEngine((id, signal) => executor.execute(id, signal))
  return executor
}

const now = () => submitted({ at: scene.clock.now() })

interface Row {
  readonly status: string
  readonly types: readonly string[]
}

/** The commits of a job, and what its head says. */
async function rowsOf(jobId: string): Promise<readonly Row[]> {
  const { rows } = await scene.pool.query<{ status: string; events: string }>(
    'SELECT status, events FROM jobs JOIN journal ON job_id = id WHERE id = $1 ORDER BY seq',
    [jobId],
  )
  return rows.map(({ status, events }) => ({
    status,
    types: (JSON.parse(events) as { readonly type: string }[]).map(({ type }) => type),
  }))
}

/** Called before each statement of that name. */
function before(name: string, act: () => void): void {
  const query = scene.pool.query.bind(scene.pool) as (...given: unknown[]) => Promise<pg.QueryResult>
  vi.spyOn(scene.pool, 'query').mockImplementation(((first: pg.QueryConfig, ...rest: unknown[]) => {
    if (first.name === name) act()
    return query(first, ...rest)
  }) as never)
}

test('a job is stored with the intent of its first call, which is made after that', async () => {
  const { job, event } = now()
  const atCall: (readonly Row[])[] = []
  await startServer(
    new ListedModel(async () => {
      atCall.push(await rowsOf(job.id))
      return answer('Done.')
    }),
  )
  expect(await scene.store.create(job, event)).toEqual({ job, created: true })
  await eventually(async () => {
    expect(await rowsOf(job.id)).toMatchObject([{ status: 'completed' }, { status: 'completed' }])
  })
  const types = ['job.submitted', 'attempt.started', 'model_call.started']
  expect(atCall).toEqual([[{ status: 'running', types }]])
})

test('a job whose id is taken is not executed, and the one that has it is returned', async () => {
  const taken = now()
  const wait = {
    reason: 'retry',
    until: scene.clock.now() + 60_000,
    error: { code: 'model_failed', message: '' },
  } as const
  const waits = [started(scene.clock.now()), { type: 'job.waiting', at: scene.clock.now(), wait } as const]
  const intake = intakeOn(scene)
  await intake.create(taken.job, taken.event)
  await intake.save(after(taken.state, waits), waits)
  const model = new ListedModel(answer('Done.'))
  await startServer(model)
  const again = submitted({ ...now().event, jobId: taken.job.id })
  expect(await scene.store.create(again.job, again.event)).toMatchObject({
    job: { runId: taken.job.runId, status: 'waiting' },
    created: false,
  })
  // Behind what the first one has left, if it has left anything.
  const other = now()
  await scene.store.create(other.job, other.event)
  await eventually(async () => {
    expect(await rowsOf(other.job.id)).toMatchObject([{ status: 'completed' }, { status: 'completed' }])
  })
  expect(model.requests).toHaveLength(1)
  expect(logger.lines.filter(({ level }) => level !== 'info')).toEqual([])
})

test('of two submissions of one key at the same time, one is executed', async () => {
  const model = new ListedModel(answer('Done.'), answer('Again.'))
  await startServer(model)
  const first = now()
  const second = submitted({ ...first.event, runId: 'run_other' })
  const both = await Promise.all([first, second].map(({ job, event }) => scene.store.create(job, event)))
  expect(both.map(({ created }) => created)).toEqual([true, false])
  expect(both.map(({ job }) => job.runId)).toEqual([first.job.runId, first.job.runId])
  await eventually(async () => {
    expect(await rowsOf(first.job.id)).toMatchObject([{ status: 'completed' }, { status: 'completed' }])
  })
  expect(model.requests).toHaveLength(1)
})

test('a job that cannot be stored is not executed, and its place is free again', async () => {
  const model = new ListedModel(answer('Done.'))
  await startServer(model)
  before('errand_write_create', () => {
    throw new RangeError('No.')
  })
  for (let n = 0; n < 6; n++) {
    const { job, event } = now()
    await expect(scene.store.create(job, event)).rejects.toThrow('No.')
  }
  vi.restoreAllMocks()
  expect(model.requests).toEqual([])
  const { job, event } = now()
  await scene.store.create(job, event)
  await eventually(async () => {
    expect(await rowsOf(job.id)).toMatchObject([{ status: 'completed' }, { status: 'completed' }])
  })
  expect(model.requests).toHaveLength(1)
  expect(logger.lines.filter(({ level }) => level !== 'info')).toEqual([])
})

test('an attempt that writes when the first commit is on its way comes after it', async () => {
  const sent = Promise.withResolvers<undefined>()
  const saved = Promise.withResolvers<undefined>()
  await startEngine(async (id) => {
    const state = await scene.store.load(id)
    await sent.promise
    const events = [started(scene.clock.now())]
    if (state) await scene.store.save(after(state, events), events)
    saved.resolve(undefined)
  })
  before('errand_write_create', () => {
    sent.resolve(undefined)
  })
  const { job, event } = now()
  await scene.store.create(job, event)
  await saved.promise
  expect(await rowsOf(job.id)).toEqual([
    { status: 'running', types: ['job.submitted'] },
    { status: 'running', types: ['attempt.started'] },
  ])
})

test('an attempt that ends its job at once is counted in the ledger', async () => {
  const ended = Promise.withResolvers<undefined>()
  await startEngine(async (id) => {
    const state = await scene.store.load(id)
    const events = [{ type: 'job.failed', at: scene.clock.now(), error: { code: 'poisoned', message: '' } } as const]
    if (state) await scene.store.save(after(state, events), events)
    ended.resolve(undefined)
  })
  const { job, event } = now()
  await scene.store.create(job, event)
  await ended.promise
  expect(await rowsOf(job.id)).toMatchObject([{ status: 'failed' }, { types: ['job.failed'] }])
  expect(await scene.db.query('SELECT failed FROM usage_days')).toEqual([{ failed: 1 }])
})
