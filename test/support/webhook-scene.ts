import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { UlidGenerator } from '#adapters/web/id-generator.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { DerivedIds } from '#application/job/derived-ids.ts'
import { QueueDepth } from '#application/job/queue-depth.ts'
import { SubmitJob } from '#application/job/submit-job.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { JsonObject } from '#domain/json/json.ts'
import { DEFAULT_TENANT } from '#domain/tenant/policy.ts'
import type { WebhookEntry } from '#domain/webhook/event.ts'
import { type Webhook, type WebhookDefinition, defineWebhook } from '#domain/webhook/webhook.ts'
import type { VerifiedEvent } from '#domain/webhook/verified-event.ts'
import type { JobIntake } from '#ports/job-store.ts'
import type { WebhookLog } from '#ports/webhook-log.ts'
import { atOnce } from './in-background.ts'
import { T0 } from './fixtures.ts'
import { noCallbacks } from './no-receivers.ts'
import { RecordingLogger } from './recording-logger.ts'
import { RecordingWaker } from './recording-waker.ts'
import { ListedModel } from './script.ts'
import { webhookUseCases } from './webhook-use-cases.ts'
import { ANY_TENANT } from './tenants.ts'

export const writer = defineAgent({ name: 'writer', instructions: 'Write.' })

/** A webhook whose messages are the event itself, in JSON, and prove nothing. */
export function openWebhook(definition: Partial<WebhookDefinition>): Webhook {
  return defineWebhook({
    name: 'shop',
    verify: (raw) => JSON.parse(new TextDecoder().decode(raw)) as VerifiedEvent,
    handle: () => [],
    ...definition,
  })
}

export function event(fields: Partial<VerifiedEvent> = {}): VerifiedEvent {
  return { eventId: 'e-1', topic: 'orders/create', payload: { id: 1 } satisfies JsonObject, ...fields }
}

/** What does not compress. */
export const noise = (): string =>
  Array.from({ length: 1_600_000 }, () => String.fromCharCode(33 + Math.random() * 90)).join('')

export interface WebhookSceneOptions {
  readonly log: WebhookLog
  readonly webhook: Webhook
  /** What the use-cases meet in the place of the stores, such as a process that dies. */
  readonly through?: {
    readonly log: (log: WebhookLog) => WebhookLog
    readonly jobs: (jobs: JobIntake) => JobIntake
  }
  /** What is declared by now, where that is not `webhook`. */
  readonly declared?: readonly Webhook[]
  readonly jobs?: MemoryJobStore
  readonly clock?: ManualClock
}

const NO_SCHEDULES = { execute: () => Promise.reject(new Error('There are no schedules here.')) }

/** The use-cases of webhooks over a log, with jobs in memory. */
export function webhookScene({ log: stored, webhook, through, ...options }: WebhookSceneOptions) {
  const { jobs = new MemoryJobStore(new RecordingWaker()), clock = new ManualClock(T0) } = options
  const log = through?.log(stored) ?? stored
  const ids = new UlidGenerator(clock, new CryptoRandom())
  const hasher = new WebHasher()
  const logger = new RecordingLogger()
  const idSecret = { read: () => Promise.resolve('of this test') }
  const derivedIds = new DerivedIds({ hasher, idSecret })
  const submitJob = new SubmitJob({
    agents: new AgentRegistry([writer]),
    jobs: through?.jobs(jobs) ?? jobs,
    models: new ListedModel(),
    defaultModel: 'scripted/test',
    tenants: ANY_TENANT,
    queueDepth: new QueueDepth({ index: jobs, tenants: ANY_TENANT, clock, logger, inBackground: atOnce }),
    callbacks: noCallbacks,
    clock,
    ids,
    hasher,
    derivedIds,
  })
  const { verifyWebhook, receiveWebhook, replayEvent, tendLog } = webhookUseCases({
    log,
    webhooks: options.declared ?? [webhook],
    submitJob,
    putSchedule: NO_SCHEDULES,
    deleteSchedule: NO_SCHEDULES,
    derivedIds,
    hasher,
    idSecret,
    clock,
    logger,
    ids,
  })
  const key = { tenantId: webhook.tenantId, source: webhook.name }
  return {
    clock,
    jobs,
    logger,
    key,
    verify: verifyWebhook,
    replay: replayEvent,
    receive: (verified: VerifiedEvent) => receiveWebhook.execute({ webhook, event: verified }),
    tend: () => tendLog.execute(key),
    /** The first job that an event led to. */
    jobOf: async ({ results }: WebhookEntry) => {
      const [result] = results
      return result?.type === 'submit' ? (await jobs.load(result.jobId))?.job : undefined
    },
    /** Inputs of all jobs, in no order. */
    inputs: async () => {
      const { jobs: entries } = await jobs.list({ tenantId: DEFAULT_TENANT, filter: {}, size: 200, after: null })
      const records = await Promise.all(entries.map(({ id }) => jobs.get(DEFAULT_TENANT, id)))
      return records.map((job) => job?.input)
    },
    events: async () => (await stored.list(key, { size: 100, after: null })).events,
  }
}
