/// <reference types="@cloudflare/workers-types" />
import { waitUntil } from 'cloudflare:workers'
import { HttpCallbackSender } from '#adapters/callbacks/http-callback-sender.ts'
import { createPublicFetch } from '#adapters/callbacks/public-fetch.ts'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { DurableObjectJobIntake } from '#adapters/cloudflare/job-intake.ts'
import { RecordIndex } from '#adapters/cloudflare/record-index.ts'
import { RemoteRecords } from '#adapters/cloudflare/record-intake.ts'
import { RemoteWebhookLogs } from '#adapters/cloudflare/webhook-log-intake.ts'
import { peerAddress } from '#adapters/cloudflare/peer-address.ts'
import { ConsoleLogger } from '#adapters/logging/logger.ts'
import { ApiKeyList } from '#adapters/local/api-key-list.ts'
import { CachedApiKeys } from '#adapters/local/cached-api-keys.ts'
import { ListPriceTable } from '#adapters/prices/price-table.ts'
import { SqlAgentDefinitions } from '#adapters/sql/agent-definitions.ts'
import { SqlApiKeys } from '#adapters/sql/api-keys.ts'
import { SqlGoneReceivers } from '#adapters/sql/gone-receivers.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SqlProposalIndex } from '#adapters/sql/proposal-index.ts'
import { SqlUsageLedger } from '#adapters/sql/usage-ledger.ts'
import { SqlKeptCounts } from '#adapters/sql/kept-counts.ts'
import { ownSchemas } from '#adapters/sql/own-tables.ts'
import { SqlProbe } from '#adapters/sql/storage-probe.ts'
import { CronerCalendar } from '#adapters/web/calendar.ts'
import { AesSealer } from '#adapters/web/aes-sealer.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { UlidGenerator } from '#adapters/web/id-generator.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { OPERATION } from '#domain/operation/operation.ts'
import { WEBHOOK_LOG } from '#domain/webhook/log.ts'
import { type Project, partsOf } from '../config/parts.ts'
import { checkBindings } from './bindings.ts'
import { type ErrandObjects, objectsOf } from './objects.ts'
import { addRemoteBatches } from './remote-batches.ts'
import { addRemoteSchedules } from './remote-schedules.ts'
import { addTelemetry } from './telemetry.ts'
import { checkTenants } from '../settings/check-tenants.ts'
import { CONNECTIONS_AT_ONCE, checkCallTimes } from './limits.ts'
import { createContainer } from '../container.ts'
import { idSecretOf } from '../id-secret.ts'
import { createModels } from '../models.ts'
import { parseSettings } from '../settings/settings.ts'
import { shownDefinition } from '../shown-definition.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/** The Worker's bindings (`wrangler.toml`), its variables and its secrets. `objectsOf` has the namespaces of objects. */
export interface Env {
  readonly JOB_INDEX: D1Database
  /** Absent where the binding is not configured. */
  readonly CF_VERSION_METADATA?: { readonly id: string }
  readonly [setting: string]: unknown
}

/** What the Worker and the objects share. */
export function compose(env: Env, project: Project): DependencyContainer {
  checkBindings(env)
  const settings = parseSettings(env)
  const objects = objectsOf(env)
  const clock = new SystemClock()
  const random = new CryptoRandom()
  const db = new D1SqlDatabase(env.JOB_INDEX)
  const keys = new CachedApiKeys(new SqlApiKeys(db), { clock, freshMs: 10_000, inBackground })
  const logger = new ConsoleLogger({ write: console.log, now: () => Date.now(), secrets: settings.secrets })
  const { callbackHosts: allowedHosts } = settings
  const publicFetch = createPublicFetch({ fetch: (url, init) => fetch(url, init), allowedHosts })
  const container = createContainer()
  const world = { env: settings.authorsEnv, publicFetch, database: db, logger }
  const { agents, routes, schedules, tenants: declared, webhooks } = partsOf(project, world)
  const tenants = settings.tenants.over(declared)
  checkCallTimes(agents.list(), settings.limits)
  checkTenants(tenants, agents)
  container.registerInstance(t.AGENTS, agents)
  container.registerInstance(t.API_KEYS, new ApiKeyList(settings.apiKeys, keys))
  container.registerInstance(
    t.CALLBACK_SENDER,
    new HttpCallbackSender({ fetch: (url, init) => fetch(url, init), allowedHosts, clock }),
  )
  container.registerInstance(t.CALENDAR, new CronerCalendar())
  container.registerInstance(t.CLOCK, clock)
  container.registerInstance(t.CORS_ORIGINS, settings.corsOrigins)
  container.registerInstance(t.DEFAULT_MODEL, settings.defaultModel)
  container.registerInstance(t.GONE_RECEIVERS, new SqlGoneReceivers(db))
  container.registerInstance(t.HASHER, new WebHasher())
  container.registerInstance(t.IN_BACKGROUND, inBackground)
  const idSecret = idSecretOf(settings, db)
  container.registerInstance(t.ID_SECRET, idSecret)
  container.registerInstance(t.SEALER, new AesSealer(idSecret))
  container.registerInstance(t.IDS, new UlidGenerator(clock, random))
  addIndexes(container, db)
  container.registerInstance(t.JOB_INTAKE, new DurableObjectJobIntake(objects.AGENT_JOB))
  container.registerInstance(t.JURISDICTION, settings.jurisdiction)
  container.registerInstance(t.LIMITS, { ...settings.limits, maxToolCallsAtOnce: CONNECTIONS_AT_ONCE })
  container.registerInstance(t.LOGGER, logger)
  container.registerInstance(t.MAX_RUNS, settings.maxRuns)
  container.registerInstance(t.MODELS, createModels(settings, { clock, demo: project.config.demo }))
  container.registerInstance(t.OPEN_MODE, settings.openMode)
  addRecords(container, objects, db)
  container.registerInstance(t.OWN_ROUTES, routes)
  container.registerInstance(t.OWN_SCHEDULES, schedules)
  container.registerInstance(t.OWN_TABLES, ownSchemas(project.config.tables ?? []))
  container.registerInstance(t.PEER_ADDRESS, peerAddress)
  container.registerInstance(t.PRICES, new ListPriceTable(project.config.prices ?? {}, settings.prices))
  container.registerInstance(t.RANDOM, random)
  // A factory, for tsyringe takes no value that is null.
  container.register(t.RELEASE, { useFactory: () => settings.release ?? env.CF_VERSION_METADATA?.id ?? null })
  container.registerInstance(t.RUNTIME, 'cloudflare')
  container.registerInstance(t.SHOWN_DEFINITION, shownDefinition(settings))
  container.registerInstance(t.STORAGE_PROBE, new SqlProbe(db))
  addTelemetry(container, settings)
  container.registerInstance(t.TENANTS, tenants)
  container.registerInstance(t.WEBHOOKS, webhooks)
  return container
}

/** The Worker's way to what has objects beside jobs. */
function addRecords(container: DependencyContainer, objects: ErrandObjects, db: D1SqlDatabase): void {
  const operations = { objects: objects.BULK_OPERATION, index: new RecordIndex(db, OPERATION.name) }
  container.registerInstance(t.OPERATION_INTAKE, new RemoteRecords({ kind: OPERATION, ...operations }))
  const logs = { objects: objects.WEBHOOK_LOG, index: new RecordIndex(db, WEBHOOK_LOG.name) }
  container.registerInstance(t.WEBHOOK_LOG, new RemoteWebhookLogs(logs))
  addRemoteSchedules(container, objects, db)
  addRemoteBatches(container, objects, db)
}

/** What D1 holds. */
function addIndexes(container: DependencyContainer, db: D1SqlDatabase): void {
  container.registerInstance(t.AGENT_DEFINITIONS, new SqlAgentDefinitions(db))
  container.registerInstance(t.API_KEY_STORE, new SqlApiKeys(db))
  container.registerInstance(t.JOB_INDEX, new SqlJobIndex(db))
  container.registerInstance(t.PROPOSAL_INDEX, new SqlProposalIndex(db))
  container.registerInstance(t.USAGE_LEDGER, new SqlUsageLedger(db))
  container.registerInstance(t.KEPT_COUNTS, new SqlKeptCounts(db))
}

function inBackground(work: () => Promise<void>): Promise<void> {
  waitUntil(work())
  return Promise.resolve()
}
