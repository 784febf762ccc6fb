import type { LocalFeed } from '#adapters/local/job-feed.ts'
import type { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { OpenMode } from '#adapters/http/open-mode.ts'
import type { Resource } from '#adapters/http/resource.ts'
import type { TenantPolicy } from '#domain/tenant/policy.ts'
import type { Webhook } from '#domain/webhook/webhook.ts'
import type { CallbackSender } from '#ports/callback-sender.ts'
import type { Agent } from '#domain/agent/agent.ts'
import type { Scope } from '#domain/tenant/principal.ts'
import type { StorageProbe } from '#ports/storage-probe.ts'
import type { BatchDriver } from './batching.ts'
import type { RecordingLogger } from './recording-logger.ts'

export interface TestAppOptions {
  /** The agents of the server that executes jobs, where they are others than those of the one that takes them. */
  readonly executes?: readonly Agent[]
  /** What is served, of what every installation serves. */
  readonly resources?: (standard: readonly Resource[]) => readonly Resource[]
  readonly sender?: CallbackSender
  readonly storage?: StorageProbe
  readonly policy?: Partial<TenantPolicy>
  readonly corsOrigins?: readonly string[]
  /** `POST /run` at once, of all tenants. */
  readonly maxRuns?: number
  readonly idSecret?: string
  /** The address that callers come from, where something tells. */
  readonly peer?: string
  readonly openMode?: OpenMode
  readonly webhooks?: readonly Webhook[]
}

export interface TestApp {
  /** Every answer is held against the published contract before the test sees it. */
  readonly http: { request(path: string, init?: RequestInit): Promise<Response> }
  /** What a browser asks before it asks. */
  preflight(path: string, headers: Record<string, string>): Promise<Response>
  /** Of what the published contract does not describe. */
  fetch(request: string | Request, init?: RequestInit): Promise<Response>
  /** What the app takes, middleware aside. */
  routes(): readonly { readonly method: string; readonly path: string }[]
  readonly logger: RecordingLogger
  readonly clock: ManualClock
  readonly feed: LocalFeed
  /** Lets a process die as soon as an event of this type is stored; none of the calls it stands for is made. */
  interruptAfter(jobId: string, type: string): Promise<void>
  /** Executes the job as its wake would. */
  execute(jobId: string): Promise<void>
  /** Sends the messages that are due, as the job's wake would. */
  deliver(jobId: string): Promise<unknown>
  /** Deletes the job if its time is over, as its wake would. */
  expire(jobId: string): Promise<boolean>
  /** Carries out what was asked of the job's writes, as its wake would. */
  write(jobId: string): Promise<void>
  /** Carries out a bulk operation to its end. */
  operate(id: string): Promise<void>
  /** Does what is due of a schedule, as its wake would. */
  wakeSchedule(tenantId: string, scheduleId: string): Promise<void>
  readonly batches: BatchDriver
  /** A key of a tenant. From the first one on, every caller needs one. */
  key(tenantId: string, scopes?: readonly Scope[]): Promise<string>
  revoke(keyId: string): Promise<boolean>
  /** As when the process gets a stop signal. */
  stop(): void
  /** Another process has started with these agents. */
  startWith(agents: readonly Agent[]): Promise<void>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
}
