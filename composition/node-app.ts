import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseShopifyCsv } from '#adapters/catalog/shopify-csv.ts'
import { SqlProductCatalog, draftSchema } from '#adapters/catalog/sql-product-catalog.ts'
import { ConsoleLogger } from '#adapters/console/logger.ts'
import { ApiKeyList } from '#adapters/memory/api-key-list.ts'
import { CachedApiKeys } from '#adapters/memory/cached-api-keys.ts'
import { LocalFeed } from '#adapters/memory/local-feed.ts'
import { PublishedJobStore } from '#adapters/memory/published-job-store.ts'
import { peerAddress } from '#adapters/node/http-server.ts'
import { createPostJson } from '#adapters/node/post-json.ts'
import { recentJobs } from '#adapters/node/recent-jobs.ts'
import { SqliteWriter } from '#adapters/node/sqlite-writer.ts'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { StartError, systemCode } from '#adapters/node/start-error.ts'
import { LocalWaker } from '#adapters/node/waker.ts'
import { SqlApiKeys, apiKeySchema } from '#adapters/sql/api-keys.ts'
import { SqlDueJobs } from '#adapters/sql/due-jobs.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SqlJobStore, journalSchema } from '#adapters/sql/job-store.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { SqlOperationStore, operationSchema } from '#adapters/sql/operation-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { UlidGenerator } from '#adapters/web/ids.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { DueJobs } from '#ports/due-jobs.ts'
import type { ProductCatalog } from '#ports/product-catalog.ts'
import { agents } from './agents.ts'
import { createContainer } from './container.ts'
import { createModels } from './models.ts'
import { nodeCallbackSender, nodePublicFetch } from './node-callbacks.ts'
import type { NodeSettings } from './settings.ts'
import * as t from './tokens.ts'
import type { DependencyContainer } from './tsyringe.ts'

/** Asking the database with every request would be a good part of what a request costs. */
const KEYS_FRESH_MS = 1000

const SAMPLE_PRODUCTS = new URL('../adapters/catalog/sample-products.csv', import.meta.url)

export interface NodeApp {
  readonly container: DependencyContainer
  readonly due: DueJobs
  readonly waker: LocalWaker
  /** Is told of each bulk operation that is started here. */
  readonly onOperation: (listener: (id: string) => void) => void
  readonly close: () => Promise<void>
}

/** Everything that the server and the CLI share: the database in the data directory, and the use-cases over it. */
export async function openNodeApp(settings: NodeSettings, authors: typeof agents = agents): Promise<NodeApp> {
  const db = openDatabase(settings.dataDir)
  for (const schema of SCHEMAS) await migrate(db, schema)
  const container = createContainer()
  addWorld(container, settings)
  addAgents(container, db, (catalog) => authors({ catalog, publicFetch: nodePublicFetch(settings) }))

  const keys = new SqlApiKeys(db)
  container.registerInstance(
    t.API_KEYS,
    new ApiKeyList(
      settings.apiKeys,
      new CachedApiKeys(keys, { clock: container.resolve(t.CLOCK), freshMs: KEYS_FRESH_MS }),
    ),
  )
  container.registerInstance(t.API_KEY_STORE, keys)

  const waker = new LocalWaker()
  const feed = new LocalFeed()
  const jobs = new PublishedJobStore(new SqlJobStore(db, { waker, cache: recentJobs() }), feed)
  container.registerInstance(t.FEED, feed)
  container.registerInstance(t.JOB_INDEX, new SqlJobIndex(db.aside))
  container.registerInstance(t.JOB_INTAKE, jobs)
  container.registerInstance(t.JOB_STORE, jobs)
  container.registerInstance(t.WAKER, waker)

  let onOperation: (id: string) => void = () => undefined
  const operations = new SqlOperationStore(db, (id) => {
    onOperation(id)
  })
  container.registerInstance(t.OPERATION_INTAKE, operations)
  container.registerInstance(t.OPERATION_STORE, operations)
  return {
    container,
    due: new SqlDueJobs(db),
    waker,
    onOperation: (listener) => {
      onOperation = listener
    },
    close: () => db.close(),
  }
}

const SCHEMAS = [jobsSchema, journalSchema, operationSchema, apiKeySchema, draftSchema]

/** Time, chance, identity, models, settings: what is the same whatever the database. */
function addWorld(container: DependencyContainer, settings: NodeSettings): void {
  const clock = new SystemClock()
  const random = new CryptoRandom()
  const ids = new UlidGenerator(clock, random)
  container.registerInstance(t.CALLBACK_SENDER, nodeCallbackSender(settings, clock))
  container.registerInstance(t.CLOCK, clock)
  container.registerInstance(t.CORS_ORIGINS, settings.corsOrigins)
  container.registerInstance(t.DEFAULT_MODEL, settings.defaultModel)
  container.registerInstance(t.EXECUTOR, { id: ids.newId('exec'), leaseMs: 30_000, alone: true, sliceMs: null })
  container.registerInstance(t.HASHER, new WebHasher())
  container.registerInstance(t.IDS, ids)
  container.registerInstance(t.LIMITS, settings.limits)
  container.registerInstance(t.LOGGER, createLogger(settings))
  container.registerInstance(t.MODELS, createModels(settings, { clock, post: createPostJson() }))
  container.registerInstance(t.PEER_ADDRESS, peerAddress)
  container.registerInstance(t.RANDOM, random)
  container.registerInstance(t.RUNTIME, 'node')
  container.registerInstance(t.TENANTS, settings.tenants)
}

function addAgents(
  container: DependencyContainer,
  db: SqlDatabase,
  made: (catalog: ProductCatalog) => readonly Agent[],
): void {
  const products = parseShopifyCsv(readFileSync(SAMPLE_PRODUCTS, 'utf8'), 'SEK')
  const catalog = new SqlProductCatalog({ products, db, clock: container.resolve(t.CLOCK) })
  container.registerInstance(t.AGENTS, new AgentRegistry(made(catalog)))
  container.registerInstance(t.CATALOG, catalog)
}

function openDatabase(dataDir: string): SqliteWriter {
  try {
    mkdirSync(dataDir, { recursive: true })
    return new SqliteWriter(join(dataDir, 'errand.db'))
  } catch (cause) {
    throw new StartError(`Cannot use the data directory "${dataDir}" (${systemCode(cause)}). Set ERRAND_DATA_DIR.`, {
      cause,
    })
  }
}

function createLogger({ secrets }: NodeSettings): ConsoleLogger {
  const write = (line: string): void => {
    process.stderr.write(`${line}\n`)
  }
  return new ConsoleLogger({ write, now: () => Date.now(), secrets })
}
