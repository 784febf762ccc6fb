import type { Agent } from '#domain/agent/agent.ts'
import type { AgentRegistry } from '#domain/agent/registry.ts'
import { boundedMs } from '#domain/time/duration.ts'
import { IdempotencyKeyReusedError } from '#domain/job/errors.ts'
import { JOURNAL_FORMAT, type JobSubmitted } from '#domain/job/event.ts'
import type { JobRecord } from '#domain/job/job.ts'
import type { JobOptions } from '#domain/job/options.ts'
import { type JobStart, startsAt } from '#domain/job/start.ts'
import { submit } from '#domain/job/replay.ts'
import { type JsonValue, canonicalJson } from '#domain/json/json.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { TenantPolicies, TenantPolicy } from '#domain/tenant/policy.ts'
import type { RequestTrace } from '#domain/trace/trace-context.ts'
import type { CallbackSender } from '#ports/callback-sender.ts'
import type { Clock } from '#ports/clock.ts'
import type { Hasher } from '#ports/hasher.ts'
import type { IdGenerator } from '#ports/id-generator.ts'
import type { Created, JobIntake } from '#ports/job-store.ts'
import type { Models } from '#ports/model.ts'
import { checkCallback } from '../callback/check-callback.ts'
import { checkFiles, checkInput } from '../agent/check-input.ts'
import type { DerivedIds } from './derived-ids.ts'
import type { QueueDepth } from './queue-depth.ts'

export interface SubmitJobCommand {
  readonly tenantId: string
  readonly by: Actor
  readonly agent: string
  readonly input: JsonValue
  readonly options?: SubmitOptions
  /** `null` begins at once. Until it begins, the job is queued. */
  readonly start?: JobStart | null
  /** The same key and the same request always mean the same job. */
  readonly idempotencyKey?: string | null
  /** Of this request: a repeat of it under its key may have another. */
  readonly trace?: RequestTrace | undefined
}

/** Ten years: an agent that names more, or `Infinity`, means that it does not matter. */
const LONGEST_JOB_MS = 315_360_000_000

export type SubmitOptions = Partial<Omit<JobOptions, 'trace'>>

export interface SubmitJobDeps {
  readonly agents: AgentRegistry
  readonly jobs: JobIntake
  readonly models: Pick<Models, 'check' | 'unsupported'>
  /** `provider/model` for agents that name none. */
  readonly defaultModel: string
  readonly tenants: TenantPolicies
  readonly queueDepth: QueueDepth
  readonly callbacks: Pick<CallbackSender, 'problemWith'>
  readonly clock: Clock
  readonly ids: IdGenerator
  readonly hasher: Hasher
  readonly derivedIds: Pick<DerivedIds, 'make'>
}

/** Accepts a job and returns at once: when this resolves, the job is durable and will be woken. */
export class SubmitJob {
  readonly #deps: SubmitJobDeps

  constructor(deps: SubmitJobDeps) {
    this.#deps = deps
  }

  /**
   * @throws {UnknownAgentError} {ModelNotConfiguredError} {InvalidInputError} {CallbackRefusedError}
   * @throws {QueueFullError} {IdempotencyKeyReusedError}
   */
  async execute(command: SubmitJobCommand): Promise<Created> {
    const { jobs } = this.#deps
    const agent = await this.#checked(command)
    const identity = await this.#identity(command)
    const options = { ...this.#options(command), ...writesOf(agent, command), fingerprint: identity.fingerprint }
    const admitted = await this.#admit(command.tenantId, identity)
    if ('repeated' in admitted) return { job: sameRequest(admitted.repeated, identity.fingerprint), created: false }
    const event = this.#event(command, { ...identity, options, agent })
    let stored = false
    try {
      const { job, created } = await jobs.create(submit(event).job, event)
      stored = created
      return { job: sameRequest(job, identity.fingerprint), created }
    } finally {
      admitted.settle(stored)
    }
  }

  /**
   * Whether a submission would be accepted now, but for the queue: what is submitted later should be refused at once.
   * @throws {UnknownAgentError} {ModelNotConfiguredError} {InvalidInputError} {CallbackRefusedError}
   */
  async check(command: SubmitJobCommand): Promise<void> {
    await this.#checked(command)
    this.#options(command)
  }

  async #checked({ tenantId, agent: name, input }: SubmitJobCommand): Promise<Agent> {
    const { agents, models, defaultModel, tenants } = this.#deps
    const agent = agents.only(tenants.get(tenantId).agents).get(name)
    models.check(agent.model ?? defaultModel)
    await checkInput(agent, input)
    await checkFiles(agent, input, { models, defaultModel })
    return agent
  }

  #event(
    { tenantId, by, input, start = null }: SubmitJobCommand,
    { jobId, options, agent }: { readonly jobId: string; readonly options: JobOptions; readonly agent: Agent },
  ): JobSubmitted {
    const { clock, ids } = this.#deps
    const at = clock.now()
    const runAt = startsAt(start, at)
    const runId = ids.newId('run')
    return {
      type: 'job.submitted',
      at,
      format: JOURNAL_FORMAT,
      jobId,
      runId,
      tenantId,
      by,
      agent: agent.name,
      agentVersion: agent.version,
      input,
      ...(agent.files.length > 0 && { files: agent.files }),
      ...(runAt > at && { runAt }),
      deadlineAt: runAt + boundedMs(agent.jobTimeoutMs, LONGEST_JOB_MS),
      options,
    }
  }

  /** The job's id: made from the idempotency key where there is one, so that its own store is all that a repeat must meet. */
  async #identity({
    tenantId,
    agent,
    input,
    options = {},
    start = null,
    idempotencyKey = null,
  }: SubmitJobCommand): Promise<Identity> {
    const { ids, hasher, derivedIds } = this.#deps
    if (idempotencyKey === null) return { jobId: ids.newId('job'), fingerprint: null }
    const request = canonicalJson({ agent, input, options: meaning(options), ...(start && { start }) })
    return {
      jobId: await derivedIds.make('job', tenantId, idempotencyKey),
      fingerprint: await hasher.sha256(request),
    }
  }

  #options({ tenantId, options = {}, trace }: SubmitJobCommand): Omit<JobOptions, 'fingerprint'> {
    const { tenants } = this.#deps
    const policy = tenants.get(tenantId)
    const callback = options.callback ?? policy.callback
    if (callback) checkCallback(callback.url, { callbacks: this.#deps.callbacks, secrets: policy.callbackSecrets })
    return {
      tags: [...new Set(options.tags)],
      metadata: options.metadata ?? {},
      batch: options.batch ?? null,
      ...(options.item && { item: options.item }),
      callback,
      retainMs: options.retainMs ?? policy.retainMs,
      retryOf: options.retryOf ?? null,
      ...searchableBy(policy),
      ...(trace && { trace }),
    }
  }

  /** When the queue is full, a repeat still gets the job that it has submitted before. */
  async #admit(
    tenantId: string,
    { jobId, fingerprint }: Identity,
  ): Promise<{ readonly settle: (stored: boolean) => void } | { readonly repeated: JobRecord }> {
    const { queueDepth, jobs } = this.#deps
    try {
      return { settle: await queueDepth.admit(tenantId) }
    } catch (error) {
      const repeated = fingerprint === null ? null : await jobs.get(tenantId, jobId)
      if (repeated) return { repeated }
      throw error
    }
  }
}

/**
 * The submission in a normal form, because a repeat may be written differently. No tags equals an empty list, and a
 * repeated tag counts once.
 */
function meaning({ tags = [], metadata = {}, ...rest }: SubmitOptions): JsonValue {
  const said = {
    ...rest,
    ...(tags.length > 0 && { tags: [...new Set(tags)] }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  }
  return said as unknown as JsonValue
}

function searchableBy({ searchable }: Pick<TenantPolicy, 'searchable'>): Pick<JobOptions, 'searchable'> {
  return searchable ? { searchable } : {}
}

/** Recorded, so that a later release of the agent makes no write that was to be proposed. */
function writesOf(agent: Agent, { options }: SubmitJobCommand): Pick<JobOptions, 'writes'> {
  const mode = options?.writes ?? (agent.tools.some(({ write }) => write !== null) ? agent.writes : undefined)
  return mode ? { writes: mode } : {}
}

interface Identity {
  readonly jobId: string
  readonly fingerprint: string | null
}

function sameRequest(job: JobRecord, fingerprint: string | null): JobRecord {
  if (job.options.fingerprint !== fingerprint) throw new IdempotencyKeyReusedError()
  return job
}
