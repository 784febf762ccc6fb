import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlGoneReceivers, goneReceiverSchema } from '#adapters/sql/gone-receivers.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { callbackBody } from '#adapters/http/wire/views.ts'
import { DeliverCallbacks } from '#application/callback/deliver-callbacks.ts'
import { Redeliver } from '#application/callback/redeliver.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { CarryOutWrites } from '#application/write/carry-out-writes.ts'
import { DecideProposal } from '#application/write/decide-proposal.ts'
import { type Agent, type AgentDefinition, defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { ToolResult } from '#domain/agent/message.ts'
import type { Executor } from '#domain/job/claim.ts'
import type { JobSubmitted, StoredEvent } from '#domain/job/event.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import type { Resolution } from '#domain/job/resolution.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import type { DispatchLog } from '#ports/dispatch-log.ts'
import type { WriteDecision } from '#domain/write/decide.ts'
import { type Execution, NEVER, execution } from '#test/support/execution.ts'
import { ALONE, submitted } from '#test/support/fixtures.ts'
import { ListedModel } from '#test/support/script.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { ROOMY } from '#test/support/tenants.ts'
import { tool } from '#test/support/tools.ts'
import { resolvingOn } from '#test/support/resolving.ts'

type Answers = ConstructorParameters<typeof ListedModel>

export const DESK: Actor = { kind: 'key', id: '3f9a0c1be4d27a65' }

export const TOOLS = [
  tool('look', () => ({ found: true, text: 'Linen, 340 g/m². “Washed”' })),
  tool('save', () => null, { effect: 'idempotent' }),
  tool('send', () => 'sent', { effect: 'once' }),
  tool('pay', () => 'paid', { effect: 'once', probe: () => ({ happened: true, output: { receipt: 7 } }) }),
  tool('ship', () => 'shipped', { effect: 'once', probe: () => ({ happened: false }) }),
  tool('mail', () => 'mailed', { effect: 'once', approval: true, approvalTimeoutMs: 60_000 }),
  tool('hang', () => new Promise<never>(() => undefined), { effect: 'once' }),
]

/** Of a process that made none of the calls it was to make, and is dead. */
const NOTHING_MADE: DispatchLog = {
  ready: () => Promise.resolve(),
  record: () => undefined,
  returned: () => undefined,
  forget: () => undefined,
  neverMade: () => true,
  resultOf: () => null,
  isDead: () => true,
}

/** One job whose life is played by a sample, on a clock that stands still, with ids made from the sample's name. */
export class SampleJob {
  readonly world: Execution
  readonly #agent: Agent
  readonly #event: JobSubmitted

  constructor(name: string, fields: Partial<JobSubmitted> = {}, agent: Partial<AgentDefinition> = {}) {
    this.#agent = defineAgent({ name: 'writer', instructions: 'Write.', tools: TOOLS, maxIterations: 3, ...agent })
    this.world = execution(this.#agent)
    const id = name.replaceAll(/[^a-z]+/g, '_')
    const own = { jobId: `job_${id}`, runId: `run_${id}`, by: DESK, options: NO_OPTIONS }
    this.#event = submitted({ ...own, input: { product: 'linen-apron', lines: [1, null] }, ...fields }).event
  }

  get id(): string {
    return this.#event.jobId
  }

  async submit(): Promise<this> {
    const { job, event } = submitted(this.#event)
    await this.world.store.create(job, event)
    return this
  }

  /** What is due is done by a new process. */
  async run(answers: Answers, executor: Partial<Executor> = {}, signal = NEVER): Promise<void> {
    await this.world
      .executor(new ListedModel(...answers), undefined, { release: 'r1', ...executor })
      .execute(this.id, signal)
  }

  /** As `run`, by a process that finds that its predecessor had made no call, or that its calls had returned this. */
  async runWithLog(answers: Answers, returned: ToolResult | null = null): Promise<void> {
    const log = { ...NOTHING_MADE, resultOf: () => returned }
    await this.world.executor(new ListedModel(...answers), undefined, { log }).execute(this.id, NEVER)
  }

  /** A process does what is due, and dies right after an event of this type. */
  async die(after: string, answers: Answers): Promise<void> {
    this.world.store.dieAfter(after)
    await this.run(answers).catch(() => undefined)
    this.world.store.restart()
  }

  async leave(): Promise<void> {
    await this.world.executor(new ListedModel(), []).execute(this.id, NEVER)
  }

  async pass(ms: number): Promise<void> {
    await this.world.clock.advance(ms)
  }

  async resolve(call: string, resolution: Resolution, by = DESK): Promise<void> {
    const resolveCall = resolvingOn(this.world)
    await resolveCall.execute({ tenantId: 'acme', jobId: this.id, by, call, resolution })
  }

  async decide(decision: WriteDecision): Promise<void> {
    const { store: jobs, clock } = this.world
    const agents = new AgentRegistry([this.#agent])
    const proposalId = (await this.world.job(this.id)).writes[0]?.id ?? ''
    const decide = new DecideProposal({ jobs, clock, agents, limits: DEFAULT_LIMITS })
    await decide.execute({ tenantId: 'acme', by: DESK, proposalId, decision })
  }

  /** Carries out what was asked of its writes, in a process that may die after an event of this type. */
  async carryOut(dieAfter?: string): Promise<void> {
    const { store: jobs, clock, logger } = this.world
    const agents = new AgentRegistry([this.#agent])
    const carryOut = new CarryOutWrites({ jobs, clock, logger, agents, limits: DEFAULT_LIMITS, executor: ALONE })
    if (dieAfter !== undefined) this.world.store.dieAfter(dieAfter)
    await carryOut.execute(this.id, NEVER).catch(() => undefined)
    this.world.store.restart()
  }

  async cancel(by = DESK): Promise<void> {
    const cancelJob = new CancelJob({
      jobs: this.world.store,
      clock: this.world.clock,
      executions: { interrupt: () => undefined },
    })
    await cancelJob.execute({ tenantId: 'acme', jobId: this.id, by })
  }

  /** Sends what is due; the receiver answers with this status, or not at all. */
  async deliver(status: number | null): Promise<void> {
    const { store: jobs, clock } = this.world
    await new DeliverCallbacks({
      jobs,
      sender: {
        problemWith: () => null,
        send: () =>
          Promise.resolve(
            status === null ? { kind: 'unanswered', reason: 'It does not answer.' } : { kind: 'answered', status },
          ),
      },
      tenants: new TenantPolicies(ROOMY),
      goneReceivers: await goneReceivers(),
      render: callbackBody,
      clock,
      random: { fraction: () => 0 },
      logger: silentLogger,
    }).execute(this.id, NEVER)
  }

  async redeliver(): Promise<void> {
    const { store: jobs, clock } = this.world
    const [first] = (await this.world.job(this.id)).deliveries
    const redeliver = new Redeliver({ jobs, goneReceivers: await goneReceivers(), clock })
    await redeliver.execute({ tenantId: 'acme', jobId: this.id, by: DESK, deliveryId: first?.id ?? '' })
  }

  journal(): Promise<readonly StoredEvent[]> {
    return this.world.store.events(this.id, 0)
  }
}

async function goneReceivers(): Promise<SqlGoneReceivers> {
  const db = new SqliteDatabase(':memory:')
  await migrate(db, goneReceiverSchema)
  return new SqlGoneReceivers(db)
}

export interface Run {
  readonly name: string
  readonly fields?: Partial<JobSubmitted>
  /** A function makes it anew for each job. */
  readonly agent?: Partial<AgentDefinition> | (() => Partial<AgentDefinition>)
  readonly play: (job: SampleJob) => Promise<void>
}
