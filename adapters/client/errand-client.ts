import type { AgentName, AnyAgents, HasAgents, InputsOf, JobFields, OutputsOf } from './agents-of.ts'
import { BatchClient } from './batch-client.ts'
import type { CallOptions, SubmitCallOptions } from './call-options.ts'
import { ErrandError } from './errand-error.ts'
import { follow } from './event-stream.ts'
import { SERVER_SENT_EVENTS } from './message-stream.ts'
import { KeyClient } from './key-client.ts'
import { ProposalClient } from './proposal-client.ts'
import { ScheduleClient } from './schedule-client.ts'
import { searchOf } from './search.ts'
import { type Call, Transport, type TransportOptions } from './transport.ts'
import type {
  AgentDefinition,
  AgentVersion,
  AgentDescription,
  Delivery,
  Job,
  JobActivity,
  JobActivityQuery,
  UsageQuery,
  UsageReport,
  JobCounts,
  JobEvent,
  JobPage,
  JobQuery,
  JobSummary,
  Operation,
  OperationRequest,
  Report,
  Resolution,
  RunEvent,
} from './types.ts'
import type { JsonValue } from '#domain/json/json.ts'
import { WebhookClient } from './webhook-client.ts'

/** How long one request of a long wait may take. */
const WAIT_S = 30
/** Between two of them: what answers before the time is up must not be asked in a circle. */
const PAUSE_MS = 1000

/**
 * Errand's HTTP interface, typed. Needs `fetch` and nothing else: Node, Workers, Deno, Bun and browsers alike. Every
 * method rejects with an `ErrandError`. `new ErrandClient<typeof config>(…)` checks the names of agents
 * and their input, and knows their output.
 */
export class ErrandClient<Config extends HasAgents = AnyAgents> {
  readonly batches: BatchClient<Config>
  readonly keys: KeyClient
  readonly proposals: ProposalClient
  readonly schedules: ScheduleClient
  readonly webhooks: WebhookClient
  readonly #transport: Transport

  constructor(options: TransportOptions) {
    this.#transport = new Transport(options)
    this.batches = new BatchClient(this.#transport)
    this.keys = new KeyClient(this.#transport)
    this.proposals = new ProposalClient(this.#transport)
    this.schedules = new ScheduleClient(this.#transport)
    this.webhooks = new WebhookClient(this.#transport)
  }

  /** Runs an agent within the request. Never repeated: a repeat would run it twice. */
  run<Name extends AgentName<Config>>(
    agent: Name,
    input: InputsOf<Config>[Name],
    { signal }: CallOptions = {},
  ): Promise<Report<OutputsOf<Config>[Name]>> {
    const call = { method: 'POST', path: '/run', body: { agent, input }, signal, repeatable: false } as const
    return this.#transport.json(call, 'agent')
  }

  /** The same, step by step. Ends with `report` or `problem`. Ending the iteration stops the run. */
  async *runStream<Name extends AgentName<Config>>(
    agent: Name,
    input: InputsOf<Config>[Name],
    { signal }: CallOptions = {},
  ): AsyncGenerator<RunEvent> {
    const call: Call = { method: 'POST', path: '/run', body: { agent, input }, signal, repeatable: false }
    for await (const messages of await this.#transport.stream(call, SERVER_SENT_EVENTS)) {
      for (const { event, data } of messages) {
        yield { event, data } as RunEvent
        if (event === 'report' || event === 'problem') return
      }
    }
    const message = 'The run broke off before its report.'
    throw new ErrandError({ code: 'network', status: 0, retryable: true, message })
  }

  /** Hands work over: when this resolves the job is on disk, however often the request had to be repeated. */
  submit<Name extends AgentName<Config>>(
    agent: Name,
    input: InputsOf<Config>[Name],
    options?: JobFields & SubmitCallOptions,
  ): Promise<Job<OutputsOf<Config>[Name]>>
  submit<Name extends AgentName<Config>>(
    request: JobFields & { readonly agent: Name; readonly input: InputsOf<Config>[Name] },
    options?: SubmitCallOptions,
  ): Promise<Job<OutputsOf<Config>[Name]>>
  submit(work: string | object, second: unknown, options: JobFields & SubmitCallOptions = {}): Promise<Job<never>> {
    if (typeof work !== 'string') return this.#create('/jobs', work, second ?? {})
    const { idempotencyKey, waitSeconds, signal, ...fields } = options
    return this.#create('/jobs', { agent: work, input: second, ...fields }, { idempotencyKey, waitSeconds, signal })
  }

  /** Submits the work of a failed or canceled job again. */
  retry(jobId: string, options: SubmitCallOptions = {}): Promise<Job> {
    return this.#create(`${pathOf(jobId)}/retry`, undefined, options)
  }

  get(jobId: string, options: CallOptions = {}): Promise<Job> {
    return this.#get(pathOf(jobId), 'id', options)
  }

  /**
   * The job when it is finished, also when the server is away meanwhile. Of a job that `submit` has returned, the type of
   * its output is known. A signal ends the waiting, e.g. `AbortSignal.timeout(60_000)`.
   */
  async wait<Output = JsonValue>(job: string | Job<Output>, { signal }: CallOptions = {}): Promise<Job<Output>> {
    const path = `${pathOf(typeof job === 'string' ? job : job.id)}?wait=${String(WAIT_S)}`
    for (;;) {
      const retry = this.#transport.retryPolicy()
      const call = { method: 'GET', path, signal, repeatable: true, retry } as const
      const found = await this.#transport.json<Job<Output>>(call, 'id')
      if (found.finishedAt !== undefined) return found
      await this.#transport.rest(1, PAUSE_MS, signal)
    }
  }

  /** Its events to the end, without gaps and repeats, over broken connections and outages of the server. */
  events(
    jobId: string,
    { after = 0, signal }: CallOptions & { readonly after?: number } = {},
  ): AsyncGenerator<JobEvent> {
    return follow(this.#transport, { jobId, after, signal })
  }

  cancel(jobId: string, options: CallOptions = {}): Promise<Job> {
    return this.#post(`${pathOf(jobId)}/cancel`, undefined, options)
  }

  /** Says what became of a call of unknown outcome. */
  resolve(
    call: { readonly jobId: string; readonly callId: string },
    resolution: Resolution,
    options: CallOptions = {},
  ): Promise<Job> {
    return this.#post(`${pathOf(call.jobId)}/calls/${encodeURIComponent(call.callId)}/resolve`, resolution, options)
  }

  /** Deletes a finished job. One that is gone already is what was wanted. */
  async delete(jobId: string, { signal }: CallOptions = {}): Promise<void> {
    try {
      await this.#transport.send({ method: 'DELETE', path: pathOf(jobId), signal, repeatable: true })
    } catch (error) {
      if (!(error instanceof ErrandError) || error.code !== 'job_not_found') throw error
    }
  }

  /** Every job that fits, newest first, a page at a time. */
  async *list(query: JobQuery = {}, options: CallOptions = {}): AsyncGenerator<JobSummary> {
    let page: JobPage | null = null
    do {
      page = await this.page({ ...query, ...(page?.next_page_token && { page_token: page.next_page_token }) }, options)
      yield* page.jobs
    } while (page.next_page_token !== undefined)
  }

  page(query: JobQuery = {}, options: CallOptions = {}): Promise<JobPage> {
    return this.#get(`/jobs${searchOf(query)}`, 'jobs', options)
  }

  counts(query: Omit<JobQuery, 'page_size' | 'page_token' | 'q'> = {}, options: CallOptions = {}): Promise<JobCounts> {
    return this.#get(`/jobs/counts${searchOf(query)}`, 'counts', options)
  }

  /** How the newest jobs ended, when, why they failed, and what they used. */
  activity(query: JobActivityQuery = {}, options: CallOptions = {}): Promise<JobActivity> {
    return this.#get(`/jobs/activity${searchOf(query)}`, 'parts', options)
  }

  /** What jobs have used and cost, by day, agent and model; also those that were deleted since. */
  usage(query: UsageQuery = {}, options: CallOptions = {}): Promise<UsageReport> {
    return this.#get(`/usage${searchOf(query)}`, 'total', options)
  }

  async deliveries(jobId: string, options: CallOptions = {}): Promise<readonly Delivery[]> {
    return (await this.#get<{ deliveries: Delivery[] }>(`${pathOf(jobId)}/deliveries`, 'deliveries', options))
      .deliveries
  }

  async redeliver(delivery: { readonly jobId: string; readonly id: string }, options: CallOptions = {}): Promise<void> {
    const path = `${pathOf(delivery.jobId)}/deliveries/${encodeURIComponent(delivery.id)}/redeliver`
    const call = { method: 'POST', path, signal: options.signal, repeatable: true } as const
    await this.#transport.json<{ deliveries: Delivery[] }>(call, 'deliveries')
  }

  /** Cancels or retries every job that fits. */
  startOperation(request: OperationRequest, options: Omit<SubmitCallOptions, 'waitSeconds'> = {}): Promise<Operation> {
    return this.#create('/operations', request, options)
  }

  operation(id: string, options: CallOptions = {}): Promise<Operation> {
    return this.#get(`/operations/${encodeURIComponent(id)}`, 'id', options)
  }

  async agents(options: CallOptions = {}): Promise<readonly AgentDescription[]> {
    return (await this.#get<{ agents: AgentDescription[] }>('/agents', 'agents', options)).agents
  }

  agent(name: string, options: CallOptions = {}): Promise<AgentDefinition> {
    return this.#get(`/agents/${encodeURIComponent(name)}`, 'name', options)
  }

  /** The definitions that it has had, seen last first. */
  async agentVersions(name: string, options: CallOptions = {}): Promise<readonly AgentVersion[]> {
    const path = `/agents/${encodeURIComponent(name)}/versions`
    return (await this.#get<{ versions: AgentVersion[] }>(path, 'versions', options)).versions
  }

  #get<T>(path: string, member: keyof T & string, { signal }: CallOptions): Promise<T> {
    return this.#transport.json({ method: 'GET', path, signal, repeatable: true }, member)
  }

  /** For what is harmless to repeat. */
  #post(path: string, body: unknown, { signal }: CallOptions): Promise<Job> {
    return this.#transport.json({ method: 'POST', path, body, signal, repeatable: true }, 'id')
  }

  #create<T extends { id: string }>(path: string, body: unknown, options: SubmitCallOptions): Promise<T> {
    const { idempotencyKey, waitSeconds, signal } = options
    const headers = {
      // In quotes, so that it may hold blanks; bare and in quotes it is the same key.
      'idempotency-key': `"${idempotencyKey ?? crypto.randomUUID()}"`,
      ...(waitSeconds !== undefined && { prefer: `wait=${String(waitSeconds)}` }),
    }
    return this.#transport.json<T>({ method: 'POST', path, body, headers, signal, repeatable: true }, 'id')
  }
}

function pathOf(jobId: string): string {
  return `/jobs/${encodeURIComponent(jobId)}`
}
