import type { TakePlace } from '#application/schedule/limit-fires.ts'
import type { DeclaredSchedule } from '#application/schedule/reconcile-schedules.ts'
import type { ReadSchedulesDeps } from '#application/schedule/read-schedules.ts'
import type { ScheduleAnswer, ScheduleCommand } from '#application/schedule/schedule-command.ts'
import type { LimitWindow } from '#domain/schedule/limit-window.ts'
import type { Schedule } from '#domain/schedule/schedule.ts'
import type { Calendar } from '#ports/calendar.ts'
import type { DeclaredSchedules } from '#ports/declared-schedules.ts'
import type { InBackground } from '#ports/in-background.ts'
import type { RecordCommands } from '#ports/record-commands.ts'
import type { CancelJob, Executions } from '#application/job/cancel-job.ts'
import type { OpenMode, PeerAddress } from '#adapters/http/open-mode.ts'
import type { MetricsText } from '#adapters/http/resources/metrics.ts'
import type { OwnRoutes } from '#adapters/http/own-routes.ts'
import type { SqlSchema } from '#adapters/sql/schema.ts'
import type { ApiKeyStore, ApiKeys } from '#ports/api-keys.ts'
import type { BatchIntake } from '#application/batch/batches.ts'
import type { ReadItems } from '#application/batch/read-items.ts'
import type { ReleasePace } from '#application/batch/release-items.ts'
import type { Batch } from '#domain/batch/batch.ts'
import type { BatchIndex, BatchIndexWriter } from '#ports/batch-index.ts'
import type { BatchItemIntake, BatchItems } from '#ports/batch-items.ts'
import type { CallbackSender } from '#ports/callback-sender.ts'
import type { GoneReceivers } from '#ports/gone-receivers.ts'
import type { Hasher } from '#ports/hasher.ts'
import type { JobIndex } from '#ports/job-index.ts'
import type { KeptCounts } from '#ports/kept-counts.ts'
import type { Operation } from '#domain/operation/operation.ts'
import type { RecordIntake, RecordStore } from '#ports/record-store.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { Agent } from '#domain/agent/agent.ts'
import type { AgentRegistry } from '#domain/agent/registry.ts'
import type { JsonObject } from '#domain/json/json.ts'
import type { AgentDefinitions } from '#ports/agent-definitions.ts'
import type { Executor } from '#domain/job/claim.ts'
import type { Clock } from '#ports/clock.ts'
import type { DispatchLog } from '#ports/dispatch-log.ts'
import type { IdSecret } from '#ports/id-secret.ts'
import type { IdGenerator } from '#ports/id-generator.ts'
import type { JobFeed } from '#ports/job-feed.ts'
import type { JobIntake, JobStore } from '#ports/job-store.ts'
import type { Logger } from '#ports/logger.ts'
import type { JobLimits } from '#domain/job/limits.ts'
import type { Models } from '#ports/model.ts'
import type { PriceTable } from '#ports/price-table.ts'
import type { ProposalIndex } from '#ports/proposal-index.ts'
import type { Random } from '#ports/random.ts'
import type { Sealer } from '#ports/sealer.ts'
import type { StorageProbe } from '#ports/storage-probe.ts'
import type { Telemetry } from '#ports/telemetry.ts'
import type { UsageLedger } from '#ports/usage-ledger.ts'
import type { Waker, Woken } from '#ports/waker.ts'
import type { DemoScript } from './demo/model.ts'
import type { WebhookLog, WebhookLogIntake } from '#ports/webhook-log.ts'
import type { WebhookLogRecord } from '#domain/webhook/log.ts'
import type { WebhookRegistry } from '#domain/webhook/registry.ts'
import type { InjectionToken } from './tsyringe.ts'

// Interfaces vanish at run time, so each port gets one typed symbol. Use-cases are their own tokens.
function token<T>(name: string): InjectionToken<T> {
  return Symbol(name)
}

export const AGENTS = token<AgentRegistry>('AgentRegistry')
export const AGENT_DEFINITIONS = token<AgentDefinitions>('AgentDefinitions')
/** See `CheckItems`. */
export const ALONE_SINCE = token<number | null>('alone since')
export const API_KEYS = token<ApiKeys>('ApiKeys')
export const API_KEY_STORE = token<ApiKeyStore>('ApiKeyStore')
export const BATCHES = token<RecordStore<Batch>>('Batches')
export const BATCH_INTAKE = token<BatchIntake>('BatchIntake')
export const BATCH_INDEX = token<BatchIndex & BatchIndexWriter>('BatchIndex')
export const BATCH_ITEMS = token<BatchItems>('BatchItems')
export const BATCH_ITEM_INTAKE = token<BatchItemIntake>('BatchItemIntake')
export const BATCH_RESULTS = token<Pick<ReadItems, 'results'>>('BatchResults')
/** Whether the limit of an agent bounds the windows of its batches. */
export const BOUNDS_WINDOWS = token<boolean>('bounds windows')
export const CALLBACK_SENDER = token<CallbackSender>('CallbackSender')
export const CALENDAR = token<Calendar>('Calendar')
/** Of items of a canceled batch. */
export const CANCEL_JOB = token<Pick<CancelJob, 'execute'>>('CancelJob')
export const CLOCK = token<Clock>('Clock')
export const CORS_ORIGINS = token<readonly string[]>('CORS origins')
export const DEFAULT_MODEL = token<string>('default model')
export const DECLARED_SCHEDULES = token<DeclaredSchedules>('DeclaredSchedules')
export const DEMO = token<DemoScript | undefined>('demo of the author')
export const DISPATCH_LOG = token<DispatchLog>('DispatchLog')
export const EXECUTIONS = token<Executions>('Executions')
export const EXECUTOR = token<Executor>('Executor')
export const FEED = token<JobFeed>('JobFeed')
export const GONE_RECEIVERS = token<GoneReceivers>('GoneReceivers')
export const HASHER = token<Hasher>('Hasher')
export const ID_SECRET = token<IdSecret>('IdSecret')
export const IDS = token<IdGenerator>('IdGenerator')
export const JOB_INDEX = token<JobIndex>('JobIndex')
export const KEPT_COUNTS = token<KeptCounts>('KeptCounts')
export const JOB_INTAKE = token<JobIntake>('JobIntake')
export const JOB_STORE = token<JobStore>('JobStore')
/** For executors, whose saves are worth waiting for; `JOB_STORE` unless a root has another. */
export const EXECUTED_JOBS = token<JobStore>('ExecutedJobs')
/** Where the platform keeps the objects; `''` where it may choose. On Cloudflare only. */
export const JURISDICTION = token<string>('Jurisdiction')
export const LIMITS = token<JobLimits>('JobLimits')
export const LIMIT_COMMANDS = token<RecordCommands<TakePlace, boolean>>('LimitCommands')
export const LIMIT_STORE = token<RecordStore<LimitWindow>>('LimitStore')
export const LOGGER = token<Logger>('Logger')
export const MAX_RUNS = token<number>('most runs at once')
/** Registered only where metrics are scraped. */
export const METRICS_TEXT = token<MetricsText>('MetricsText')
export const MODELS = token<Models>('Models')
/** Has a batch moved on that may be. */
export const MOVE_ON = token<(batch: Woken) => void>('move a batch on')
export const OPEN_MODE = token<OpenMode>('OpenMode')
export const OPERATION_INTAKE = token<RecordIntake<Operation>>('OperationIntake')
export const OPERATION_STORE = token<RecordStore<Operation>>('OperationStore')
export const OWN_ROUTES = token<OwnRoutes>('OwnRoutes')
export const OWN_SCHEDULES = token<readonly DeclaredSchedule[]>('OwnSchedules')
export const OWN_TABLES = token<readonly SqlSchema[]>('OwnTables')
export const PEER_ADDRESS = token<PeerAddress>('PeerAddress')
export const PRICES = token<PriceTable>('PriceTable')
export const PROPOSAL_INDEX = token<ProposalIndex>('ProposalIndex')
export const RANDOM = token<Random>('Random')
export const RELEASE = token<string | null>('release')
export const RUNTIME = token<string>('runtime name')
export const SCHEDULE_COMMANDS = token<RecordCommands<ScheduleCommand, ScheduleAnswer>>('ScheduleCommands')
export const SCHEDULE_READER = token<ReadSchedulesDeps['records']>('ScheduleReader')
export const SCHEDULE_STORE = token<RecordStore<Schedule>>('ScheduleStore')
export const SEALER = token<Sealer>('Sealer')
/** An agent's definition as it may be kept. */
export const SHOWN_DEFINITION = token<(agent: Agent) => JsonObject>('shown definition')
export const STORAGE_PROBE = token<StorageProbe>('StorageProbe')
/** Begins work that no request waits for; where there is no such thing, does it at once. */
export const IN_BACKGROUND = token<InBackground>('work in the background')
export const RELEASE_PACE = token<ReleasePace>('pace of releases')
/** Registered only where telemetry is on; `telemetryOf` asks for it. */
export const TELEMETRY = token<Telemetry>('Telemetry')
export const TENANTS = token<TenantPolicies>('TenantPolicies')
export const USAGE_LEDGER = token<UsageLedger>('UsageLedger')
export const WAKER = token<Waker>('Waker')
export const WEBHOOKS = token<WebhookRegistry>('WebhookRegistry')
export const WEBHOOK_LOG = token<WebhookLogIntake>('WebhookLogIntake')
export const WEBHOOK_LOG_STORE = token<WebhookLog>('WebhookLog')
export const WEBHOOK_LOG_RECORDS = token<RecordStore<WebhookLogRecord>>('WebhookLogRecords')
