import type { ExecutionContext } from '@cloudflare/workers-types'
import { nameOf } from '#adapters/cloudflare/alarms-in-place.ts'
import { contentSchema } from '#adapters/cloudflare/content-index.ts'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { jobHome } from '#adapters/cloudflare/job-home.ts'
import { sweepJobs } from '#adapters/cloudflare/job-sweep.ts'
import { RecordIndex, recordIndexSchema } from '#adapters/cloudflare/record-index.ts'
import { sweepRecords } from '#adapters/cloudflare/record-sweep.ts'
import { jurisdictionSchema, keepJurisdiction } from '#adapters/cloudflare/kept-jurisdiction.ts'
import { OverdueJobs } from '#adapters/cloudflare/overdue-jobs.ts'
import { problemResponse, refuseAll } from '#adapters/http/problem.ts'
import { refuseUnreadable } from '#adapters/http/unreadable.ts'
import { agentDefinitionSchema } from '#adapters/sql/agent-definitions.ts'
import { apiKeySchema } from '#adapters/sql/api-keys.ts'
import { goneReceiverSchema } from '#adapters/sql/gone-receivers.ts'
import { declaredScheduleSchema } from '#adapters/sql/declared-schedules.ts'
import { idSecretSchema } from '#adapters/sql/id-secret.ts'
import { keptCountSchema } from '#adapters/sql/kept-counts.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { NewerSchemaError, StatementError, migrate } from '#adapters/sql/schema.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { checkAgents } from '#application/agent/check-agents.ts'
import { withDeadline } from '#application/time/deadline.ts'
import { DefinitionError } from '#domain/agent/errors.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import type { Clock } from '#ports/clock.ts'
import type { Env } from './app.ts'
import { DeclaredSetup } from './declared-setup.ts'
import { objectsOf } from './objects.ts'
import { RECORD_KINDS } from './record-kinds.ts'
import { httpApp } from '../http-app.ts'
import { SettingsError } from '../settings/settings-error.ts'
import { telemetryOf } from '../telemetry.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/** Once for each isolate: the bindings are the same for all its requests and objects. @throws {SettingsError} {DefinitionError} */
export type Composition = (env: Env) => DependencyContainer

type App = ReturnType<typeof httpApp>
type Life = Pick<ExecutionContext, 'waitUntil'>

interface Opening {
  readonly begunAt: number
  readonly app: Promise<App>
}

/** When an unfinished opening counts as lost, and how long a request waits for it. */
const LOST_MS = 15_000
/** Only the operator can fix these, so a caller learns no details. */
const REFUSALS = [SettingsError, DefinitionError, NewerSchemaError, StatementError]
const WITHOUT_KEYS = {
  loopback: 'There are no API keys: requests from this machine are answered, and no others.',
  off: 'There are no API keys: every request is refused. Make one with "errand keys create --setting".',
}
const NEVER_ABORTS = new AbortController().signal

export interface HandlerOptions {
  /** Where another Worker passes requests on to this one: `/errand`. */
  readonly basePath?: string | undefined
  readonly clock?: Clock
}

/** What the platform calls: for a request, and every minute. */
export function createHandler(shared: Composition, { basePath, clock = new SystemClock() }: HandlerOptions = {}) {
  let app: App | undefined
  let current: Opening | undefined
  const declared = new DeclaredSetup()

  /** Begun once for the isolate. After a failure or a loss, the next request begins it again. */
  const begin = (env: Env, life: Life): Opening => {
    const opening = { begunAt: clock.monotonic(), app: open(env, shared, basePath) }
    const end = opening.app.then(
      (opened) => {
        app = opened
        return declared.settle(shared(env), env)
      },
      (error: unknown) => {
        if (current === opening) current = undefined
        if (error instanceof StorageUnavailableError)
          shared(env).resolve(t.LOGGER).error('The index cannot be opened.', error)
      },
    )
    // The others wait for it too: it must not end with a caller who leaves.
    life.waitUntil(end)
    return opening
  }

  const opened = async (env: Env, life: Life): Promise<App> => {
    if (app) return app
    if (!current || clock.monotonic() - current.begunAt >= LOST_MS) current = begin(env, life)
    const opening = current.app
    const timeoutError = (): Error => new StorageUnavailableError(new Error('The index could not be opened in time.'))
    return withDeadline({ clock, timeoutMs: LOST_MS, signal: NEVER_ABORTS, timeoutError }, () => opening)
  }

  return {
    async fetch(request: Request, env: Env, life: Life): Promise<Response> {
      const unreadable = refuseUnreadable(request)
      if (unreadable) return unreadable
      try {
        const answer = await (await opened(env, life)).fetch(request, {})
        const telemetry = telemetryOf(shared(env))
        if (telemetry) life.waitUntil(telemetry.flush())
        return answer
      } catch (error) {
        if (error instanceof StorageUnavailableError) return problemResponse(error, request)
        if (!REFUSALS.some((kind) => error instanceof kind)) throw error
        console.error((error as Error).message)
        return refuseAll()
      }
    },

    /** Every minute (`triggers` in wrangler.toml). */
    async scheduled(_controller: unknown, env: Env, life: Life): Promise<void> {
      await opened(env, life)
      await declared.settle(shared(env), env)
      await sweep(env, shared(env))
    },
  }
}

/** Finds what is overdue, for alarms have been lost in practice. */
async function sweep(env: Env, container: DependencyContainer): Promise<void> {
  const db = new D1SqlDatabase(env.JOB_INDEX)
  const world = { clock: container.resolve(t.CLOCK), logger: container.resolve(t.LOGGER) }
  // At once: each has a minute of its own.
  const sweeps = await Promise.allSettled([
    sweepJobs({ ...world, overdue: new OverdueJobs(db), jobs: objectsOf(env).AGENT_JOB }),
    ...RECORD_KINDS.map(({ kind, binding }) =>
      sweepRecords({ ...world, index: new RecordIndex(db, kind.name), objects: objectsOf(env)[binding] }),
    ),
  ])
  for (const end of sweeps) if (end.status === 'rejected') throw end.reason
}

async function open(env: Env, shared: Composition, basePath: string | undefined): Promise<App> {
  const container = shared(env)
  const agents = container.resolve(t.AGENTS).list()
  await checkAgents(agents, { models: container.resolve(t.MODELS), defaultModel: container.resolve(t.DEFAULT_MODEL) })
  // An index over a large table may take longer than an answer.
  const db = new D1SqlDatabase(env.JOB_INDEX, { answerMs: null })
  const hasKeys = await prepareIndex(container, db).catch((error: unknown) => {
    // Waiting mends neither a missing binding, nor newer tables, nor a faulty statement.
    const isLasting = [TypeError, SettingsError, NewerSchemaError, StatementError].some((kind) => error instanceof kind)
    throw isLasting ? error : new StorageUnavailableError(error)
  })
  if (!hasKeys) container.resolve(t.LOGGER).warn(WITHOUT_KEYS[container.resolve(t.OPEN_MODE)])
  return httpApp(container, jobHome(objectsOf(env).AGENT_JOB), basePath)
}

/** @throws {SettingsError} where the stored jobs are elsewhere. */
async function checkJurisdiction(wanted: string, db: D1SqlDatabase): Promise<void> {
  const kept = await keepJurisdiction(db, wanted)
  if (kept === wanted) return
  const back = kept === '' ? 'Remove ERRAND_JURISDICTION' : `Set ERRAND_JURISDICTION to ${JSON.stringify(kept)}`
  throw new SettingsError(
    `Jobs or records are stored in ${nameOf(kept)}, and would not be found in ${nameOf(wanted)}. ${back}, or deploy another Worker with a database of its own.`,
  )
}

/** Whether there is an API key. */
async function prepareIndex(container: DependencyContainer, db: D1SqlDatabase): Promise<boolean> {
  const records = [recordIndexSchema, contentSchema, declaredScheduleSchema, agentDefinitionSchema, jurisdictionSchema]
  const ours = [jobsSchema, apiKeySchema, goneReceiverSchema, ...records, idSecretSchema, keptCountSchema]
  await migrate(db, ...ours, ...container.resolve(t.OWN_TABLES))
  await checkJurisdiction(container.resolve(t.JURISDICTION), db)
  return container.resolve(t.API_KEYS).any()
}
