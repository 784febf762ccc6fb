import type pg from 'pg'
import { PgBoss, type QueueResult } from 'pg-boss'
import bossManifest from 'pg-boss/package.json' with { type: 'json' }
import { NewerSchemaError } from '#adapters/sql/schema.ts'
import type { WakeKind } from '#domain/job/wake.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { TransactionalWakes } from './job-store.ts'
import { isOutage } from './patience.ts'
import { statementName } from './statement-name.ts'
import type { JobWrite } from './writes.ts'

/** What somebody is woken for by the queue: the job's own wakes, and slices of bulk operations. What is to be deleted is found by the sweep. */
export type QueueKind = Exclude<WakeKind, 'expire'> | 'operate'

export const QUEUE_KINDS: readonly QueueKind[] = ['run', 'deliver', 'operate']

/** A wake that has come, and is ours until we say that it is done, or do not for longer than it may be out. */
export interface Woken {
  readonly messageId: string
  /** Of a job or of an operation. */
  readonly id: string
  readonly tenantId: string
  /** When it is due (epoch ms), which the server's clock may say a little earlier than ours. */
  readonly at: number
}

/** Whose work is due, and of what kind. */
export type DueWork = Pick<WakeRequest, 'kind' | 'tenantId'>

/** Something to wake somebody for. A wake under the key of one that has not come yet is the same wake. */
export interface WakeRequest {
  readonly kind: QueueKind
  readonly id: string
  readonly tenantId: string
  readonly key: string
  readonly at: number
}

export interface WakeQueueDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly logger: Logger
  /** Of the queue's own tables. */
  readonly schema: string
  /** How long a wake may be out before it comes again, for its process may be gone. One that comes again changes nothing. */
  readonly leaseMs: number
  /** There is something to do at once. */
  readonly onDue: (due: readonly DueWork[]) => void
}

const YEAR_S = 31_536_000
const DAY_S = 86_400
/** What nobody renews must be out for longer than it can take: a receiver may hang for 15 s. A job has a lease beside it. */
const LEAST_OUT_S: Readonly<Record<QueueKind, number>> = { run: 1, deliver: 60, operate: 60 }

/** Of each queue; those that a later release may change. */
const CHANGEABLE = {
  retentionSeconds: YEAR_S,
  retryLimit: 1_000_000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 600,
  deleteAfterSeconds: 60,
} as const

/** A wake under the key of one that has not come yet is refused by this policy. */
const OPTIONS = { ...CHANGEABLE, policy: 'short' } as const

const READABLE_VERSION = `
  SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE nspname = $1 AND relname = 'version'
    AND has_schema_privilege(relnamespace, 'USAGE') AND has_table_privilege(pg_class.oid, 'SELECT')`

interface Db {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

/** Wakes on Postgres: messages of pg-boss, set in the transaction of whatever makes them necessary. */
export class WakeQueue implements TransactionalWakes {
  readonly #deps: WakeQueueDeps
  readonly #boss: PgBoss

  constructor(deps: WakeQueueDeps) {
    this.#deps = deps
    this.#boss = new PgBoss({
      db: dbOver(deps.pool),
      schema: deps.schema,
      schedule: false,
      // Both, for a message that is out for too long is looked for in every so many of its rounds.
      superviseIntervalSeconds: roundSeconds(deps.leaseMs),
      monitorIntervalSeconds: roundSeconds(deps.leaseMs),
      maintenanceIntervalSeconds: 60,
      // What we do not use of it, and would ask the database for in each round: flows, a list of processes, warnings.
      flowIntervalSeconds: DAY_S,
      registerInstance: false,
      monitorVacuum: false,
    })
    this.#boss.on('error', (error) => {
      if (!isOutage(error)) deps.logger.error('The queue reports an error.', error)
    })
  }

  /** Whether the queue's own tables are those of this release of pg-boss, and its queues are as `install()` makes them. */
  async isInstalled(): Promise<boolean> {
    if (!(await this.#boss.isInstalled())) return false
    if ((await this.#boss.schemaVersion()) !== bossManifest.pgboss.schema) return false
    const queues = await this.#boss.getQueues(QUEUE_KINDS.map(queueOf))
    return queues.length === QUEUE_KINDS.length && queues.every(isAsMade)
  }

  /** pg-boss itself would go on with tables that it does not know. A role that may not read them may go on without the queue. @throws {NewerSchemaError} */
  async refuseNewer(): Promise<void> {
    const { pool, schema } = this.#deps
    const { rowCount } = await pool.query(READABLE_VERSION, [schema])
    const version = rowCount === 1 ? await this.#boss.schemaVersion() : null
    const known = bossManifest.pgboss.schema
    if (version !== null && version > known) throw new NewerSchemaError('queue', version, known)
  }

  /** Makes what is missing of the queue's own tables. */
  async install(): Promise<void> {
    await this.start()
    for (const kind of QUEUE_KINDS) {
      await this.#boss.createQueue(queueOf(kind), OPTIONS)
      await this.#boss.updateQueue(queueOf(kind), CHANGEABLE)
    }
    await this.stop()
  }

  async start(): Promise<void> {
    await this.#boss.start()
  }

  async stop(): Promise<void> {
    await this.#boss.stop({ graceful: false, close: false })
  }

  set(client: pg.PoolClient, writes: readonly JobWrite[]): Promise<void> {
    return this.send(writes.flatMap(wakeOf), client)
  }

  areNeeded(writes: readonly JobWrite[]): boolean {
    return writes.some((write) => wakeOf(write).length > 0)
  }

  nudge(writes: readonly JobWrite[]): void {
    this.#tell(writes.flatMap(wakeOf))
  }

  /** In the transaction that the connection is in; nobody is told. */
  async send(wakes: readonly WakeRequest[], connection: pg.Pool | pg.PoolClient): Promise<void> {
    const now = this.#deps.clock.now()
    const db = dbOver(connection)
    for (const kind of QUEUE_KINDS) {
      const messages = wakes
        .filter((wake) => wake.kind === kind)
        .map(({ id, tenantId, key, at }) => ({
          data: { id, tenantId, at },
          singletonKey: key,
          priority: laneOf(tenantId),
          expireInSeconds: Math.max(this.#deps.leaseMs / 1000, LEAST_OUT_S[kind]),
          // The server's clock is not ours: what is due is due there too.
          ...(at > now && { startAfter: new Date(at) }),
        }))
      if (messages.length > 0) await this.#boss.insert(queueOf(kind), messages, { db, returnId: false })
    }
  }

  async sendNow(wakes: readonly WakeRequest[]): Promise<void> {
    await this.send(wakes, this.#deps.pool)
    this.#tell(wakes)
  }

  /** The tenant's wakes that came first. However many others have, they are not looked through. */
  async fetch({ kind, tenantId }: DueWork, most: number): Promise<readonly Woken[]> {
    const lane = laneOf(tenantId)
    const options = { batchSize: most, minPriority: lane, maxPriority: lane }
    const messages = await this.#boss.fetch<Omit<Woken, 'messageId'>>(queueOf(kind), options)
    return messages.map(({ id, data }) => ({ ...data, messageId: id }))
  }

  async done(kind: QueueKind, messageIds: readonly string[]): Promise<void> {
    await this.#boss.complete(queueOf(kind), [...messageIds])
  }

  /** It comes again, each time later. */
  async failed(kind: QueueKind, messageId: string): Promise<void> {
    await this.#boss.fail(queueOf(kind), messageId)
  }

  #tell(wakes: readonly WakeRequest[]): void {
    const now = this.#deps.clock.now()
    const due = wakes.filter(({ at }) => at <= now).map(({ kind, tenantId }) => ({ kind, tenantId }))
    const once = new Map(due.map((one) => [`${one.kind} ${one.tenantId}`, one]))
    if (once.size > 0) this.#deps.onDue([...once.values()])
  }
}

/** A wake that is out for too long is found within ten seconds, and sooner where a lease is short. */
function roundSeconds(leaseMs: number): number {
  return Math.min(10, Math.max(1, Math.floor(leaseMs / 1500)))
}

function isAsMade(queue: QueueResult): boolean {
  return (Object.keys(OPTIONS) as (keyof typeof OPTIONS)[]).every((name) => queue[name] === OPTIONS[name])
}

function queueOf(kind: QueueKind): string {
  return `errand-${kind}`
}

/**
 * Each tenant's messages have a priority of their own, which says nothing of how urgent they are: pg-boss has an index by priority and finds the
 * messages of one priority without reading others. Where two tenants have the same one, they take turns as if they were one.
 */
function laneOf(tenantId: string): number {
  let hash = 0x81_1c_9d_c5
  for (const character of tenantId) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01_00_01_93)
  return hash >>> 1
}

/**
 * The wake of a job that has moved, if it is the queue's. Whoever executes a job has its lease, and when that has run out the sweep finds it;
 * so does it find what has been kept for long enough.
 */
function wakeOf({ moved, entry: { id, tenantId, status, wake, version } }: JobWrite): readonly WakeRequest[] {
  if (!moved || status === 'running' || wake.kind === 'expire') return []
  return [{ kind: wake.kind, id, tenantId, key: `${id}:${String(version)}`, at: wake.at }]
}

/** pg-boss builds its statements anew each time; under a name made of its text, a connection plans each of them once. */
function dbOver(connection: pg.Pool | pg.PoolClient): Db {
  return {
    executeSql: (text, values = []) => {
      const name = values.length > 0 ? statementName(text) : undefined
      return connection.query(name === undefined ? { text, values } : { name, text, values })
    },
  }
}
