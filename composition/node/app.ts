import { ApiKeyList } from '#adapters/local/api-key-list.ts'
import { BatchJobStore } from '#adapters/local/batch-job-store.ts'
import { CachedApiKeys } from '#adapters/local/cached-api-keys.ts'
import { SqlAgentDefinitions } from '#adapters/sql/agent-definitions.ts'
import { SqlApiKeys } from '#adapters/sql/api-keys.ts'
import { SqlBatchIndex } from '#adapters/sql/batch-index.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { SqlKeptCounts } from '#adapters/sql/kept-counts.ts'
import { SqlGoneReceivers } from '#adapters/sql/gone-receivers.ts'
import { CronerCalendar } from '#adapters/web/calendar.ts'
import { SqlWebhookLog } from '#adapters/sql/webhook-log.ts'
import { AesSealer } from '#adapters/web/aes-sealer.ts'
import { ListPriceTable } from '#adapters/prices/price-table.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { UlidGenerator } from '#adapters/web/id-generator.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { EndItem } from '#application/batch/end-item.ts'
import { ReadItems } from '#application/batch/read-items.ts'
import { MoveBatchOn } from '#application/batch/move-batch-on.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import { BATCH } from '#domain/batch/batch.ts'
import { OPERATION } from '#domain/operation/operation.ts'
import { WEBHOOK_LOG } from '#domain/webhook/log.ts'
import type { PublicFetch } from '#ports/public-fetch.ts'
import { type Project, partsOf } from '../config/parts.ts'
import { createContainer } from '../container.ts'
import { idSecretOf } from '../id-secret.ts'
import { shownDefinition } from '../shown-definition.ts'
import { traced } from '../telemetry.ts'
import { nodeDispatchLog } from './dispatch-log.ts'
import { createNodeLogger } from './logger.ts'
import { needsPostgres } from './needs-postgres.ts'
import { addScheduleStorage } from './schedules.ts'
import { schemasOf } from './schemas.ts'
import { openSqlite } from './sqlite.ts'
import type { PostgresStart } from './postgres.ts'
import type { NodeStorage, StorageWorld } from './storage.ts'
import { addTelemetry } from './telemetry.ts'
import type { NodeSettings } from '../settings/settings.ts'
import * as t from '../tokens.ts'
import { type DependencyContainer, once } from '../tsyringe.ts'

/** Asking the database with every request would be a good part of what a request costs. */
const KEYS_FRESH_MS = 1000

export interface NodeApp {
  readonly container: DependencyContainer
  readonly storage: NodeStorage
}

export interface OpenOptions {
  /** For a command at a terminal: a database that is away is not waited for, and one that is up to date is left alone. */
  readonly briefly?: boolean
  /** For a process that serves: telemetry follows what it does. */
  readonly isServing?: boolean
}

/** Everything that the server and the CLI share: the database, and the use-cases over it. Who calls models or receivers adds `addOutbound`. @throws {StartError} {DefinitionError} */
export async function openNodeApp(
  settings: NodeSettings,
  project: Project,
  { briefly = false, isServing = false }: OpenOptions = {},
): Promise<NodeApp> {
  const container = createContainer()
  addWorld(container, settings)
  const deps = {
    clock: container.resolve(t.CLOCK),
    ids: container.resolve(t.IDS),
    logger: container.resolve(t.LOGGER),
  }
  const { databaseUrl: url, leaseMs, dataDir } = settings
  const schemas = schemasOf(project.config)
  const storage = await (url === null
    ? openSqlite({ dataDir, schemas }, deps)
    : openDatabase({ url, briefly, leaseMs, schemas }, deps))
  if (isServing) await addTelemetry(container, settings, { isServing })
  addStorage(container, storage, settings)
  const world = {
    env: settings.authorsEnv,
    publicFetch: latePublicFetch(settings),
    database: storage.db,
    logger: deps.logger,
  }
  const { agents, routes, schedules, tenants, webhooks } = await orClosed(storage, () => partsOf(project, world))
  container.registerInstance(t.AGENTS, agents)
  container.registerInstance(t.OWN_ROUTES, routes)
  container.registerInstance(t.OWN_SCHEDULES, schedules)
  container.register(t.DEMO, { useFactory: () => project.config.demo })
  container.registerInstance(t.PRICES, new ListPriceTable(project.config.prices ?? {}, settings.prices))
  container.registerInstance(t.TENANTS, settings.tenants.over(tenants))
  container.registerInstance(t.WEBHOOKS, webhooks)
  return { container, storage }
}

/** What `work` makes. If it fails, the storage is closed, because an open one keeps the process alive. */
export async function orClosed<T>(storage: NodeStorage, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await storage.close()
    throw error
  }
}

/** Loaded late: what speaks to Postgres is a third of the modules, and a server on SQLite needs none of them. */
async function openDatabase(start: PostgresStart, deps: StorageWorld): Promise<NodeStorage> {
  const { openPostgres } = await import('./postgres.ts').catch(needsPostgres)
  return openPostgres(start, deps)
}

/** Loaded at its first call, because most commands make none. */
function latePublicFetch(settings: NodeSettings): PublicFetch {
  let loaded: Promise<PublicFetch> | undefined
  const load = async (): Promise<PublicFetch> => (await import('./callbacks.ts')).nodePublicFetch(settings)
  return async (...args) => (await (loaded ??= load()))(...args)
}

function addStorage(container: DependencyContainer, storage: NodeStorage, settings: NodeSettings): void {
  const { db, probe, jobs, executedJobs, index, feed, waker, lease } = storage
  const ids = container.resolve(t.IDS)
  const keys = new SqlApiKeys(db)
  const cached = new CachedApiKeys(keys, {
    clock: container.resolve(t.CLOCK),
    freshMs: KEYS_FRESH_MS,
    inBackground: container.resolve(t.IN_BACKGROUND),
  })
  container.registerInstance(t.API_KEYS, new ApiKeyList(settings.apiKeys, cached))
  container.registerInstance(t.API_KEY_STORE, keys)
  container.registerInstance(t.AGENT_DEFINITIONS, new SqlAgentDefinitions(db))
  container.registerInstance(t.EXECUTIONS, {
    interrupt: (jobId) => {
      container.resolve(ExecuteJob).interrupt(jobId)
      storage.interruptElsewhere(jobId)
    },
  })
  const executor = { id: ids.newId('exec'), release: settings.release, sliceMs: null, ...lease }
  container.registerInstance(t.EXECUTOR, executor)
  // Opened by an executor: a command that only reads leaves no file.
  container.register(t.DISPATCH_LOG, {
    useFactory: once((c) => nodeDispatchLog({ ...settings, executorId: executor.id, logger: c.resolve(t.LOGGER) })),
  })
  container.registerInstance(t.FEED, feed)
  container.registerInstance(t.GONE_RECEIVERS, new SqlGoneReceivers(db))
  const idSecret = idSecretOf(settings, db)
  container.registerInstance(t.ID_SECRET, idSecret)
  container.registerInstance(t.SEALER, new AesSealer(idSecret))
  container.registerInstance(t.JOB_INDEX, index)
  container.registerInstance(t.PROPOSAL_INDEX, storage.proposals)
  container.registerInstance(t.USAGE_LEDGER, storage.usage)
  container.registerInstance(t.KEPT_COUNTS, new SqlKeptCounts(db))
  container.registerInstance(t.JOB_INTAKE, jobs)
  const endItem = (): EndItem => container.resolve(EndItem)
  container.registerInstance(t.JOB_STORE, new BatchJobStore(traced(container, jobs), endItem))
  container.registerInstance(t.EXECUTED_JOBS, new BatchJobStore(traced(container, executedJobs), endItem))
  addBatchStorage(container, storage)
  const operations = storage.recordsOf(OPERATION)
  container.registerInstance(t.OPERATION_INTAKE, operations)
  container.registerInstance(t.OPERATION_STORE, operations)
  addScheduleStorage(container, storage)
  container.registerInstance(t.STORAGE_PROBE, probe)
  container.registerInstance(t.WAKER, waker)
  const webhookLog = new SqlWebhookLog(db)
  container.registerInstance(t.WEBHOOK_LOG, webhookLog)
  container.registerInstance(t.WEBHOOK_LOG_STORE, webhookLog)
  container.registerInstance(t.WEBHOOK_LOG_RECORDS, storage.recordsOf(WEBHOOK_LOG))
}

/** Submissions of one slice share a commit. */
const RELEASE_PACE = { atOnce: 50, slice: 50, mostSlices: 20 }
/** Far below what either engine takes in one statement. */
const ITEM_PARAMS = 1000

function addBatchStorage(container: DependencyContainer, storage: NodeStorage): void {
  const { db } = storage
  const batches = storage.recordsOf(BATCH)
  const items = new SqlBatchItems(db, { mostParams: ITEM_PARAMS })
  container.registerInstance(t.BATCHES, batches)
  container.registerInstance(t.BATCH_INTAKE, batches)
  container.registerInstance(t.BOUNDS_WINDOWS, false)
  container.registerInstance(t.BATCH_ITEMS, items)
  container.registerInstance(t.BATCH_ITEM_INTAKE, items)
  container.register(t.BATCH_RESULTS, { useFactory: (c) => c.resolve(ReadItems) })
  container.registerInstance(t.BATCH_INDEX, new SqlBatchIndex(db))
  container.register(t.CANCEL_JOB, { useFactory: (c) => c.resolve(CancelJob) })
  container.register(t.ALONE_SINCE, {
    useFactory: once((c) => (c.resolve(t.EXECUTOR).alone ? c.resolve(t.CLOCK).now() : null)),
  })
  container.registerInstance(t.RELEASE_PACE, RELEASE_PACE)
  container.registerInstance(t.MOVE_ON, ({ id }) => {
    container.resolve(MoveBatchOn).start(id)
  })
}

/** Time, randomness, ids, settings: what does not depend on the database. */
function addWorld(container: DependencyContainer, settings: NodeSettings): void {
  const clock = new SystemClock()
  const random = new CryptoRandom()
  const ids = new UlidGenerator(clock, random)
  container.registerInstance(t.CALENDAR, new CronerCalendar())
  container.registerInstance(t.CLOCK, clock)
  container.registerInstance(t.CORS_ORIGINS, settings.corsOrigins)
  container.registerInstance(t.DEFAULT_MODEL, settings.defaultModel)
  container.registerInstance(t.HASHER, new WebHasher())
  container.registerInstance(t.IN_BACKGROUND, (work) => {
    void work()
    return Promise.resolve()
  })
  container.registerInstance(t.IDS, ids)
  container.registerInstance(t.LIMITS, settings.limits)
  container.registerInstance(t.LOGGER, createNodeLogger(settings.secrets, settings.logFormat))
  container.registerInstance(t.MAX_RUNS, settings.maxRuns)
  container.registerInstance(t.RANDOM, random)
  container.registerInstance(t.SHOWN_DEFINITION, shownDefinition(settings))
}
