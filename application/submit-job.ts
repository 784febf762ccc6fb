import type { AgentRegistry } from '#domain/agent/registry.ts'
import type { JobRecord } from '#domain/job/job.ts'
import type { JobSubmitted } from '#domain/job/event.ts'
import { submit } from '#domain/job/replay.ts'
import type { JsonValue } from '#domain/json.ts'
import type { Clock } from '#ports/clock.ts'
import type { IdGenerator } from '#ports/id-generator.ts'
import type { JobIntake } from '#ports/job-store.ts'
import type { Models } from '#ports/model.ts'
import { checkInput } from './check-input.ts'

export interface SubmitJobCommand {
  readonly tenantId: string
  readonly agent: string
  readonly input: JsonValue
}

export interface SubmitJobDeps {
  readonly agents: AgentRegistry
  readonly jobs: JobIntake
  readonly models: Pick<Models, 'check'>
  /** `provider/model` for agents that name none. */
  readonly defaultModel: string
  readonly clock: Clock
  readonly ids: IdGenerator
}

/** Accepts a job and returns at once: when this resolves, the job is durable and will be woken. */
export class SubmitJob {
  readonly #deps: SubmitJobDeps

  constructor(deps: SubmitJobDeps) {
    this.#deps = deps
  }

  /** @throws {UnknownAgentError} {ModelNotConfiguredError} {InvalidInputError} */
  async execute({ tenantId, agent: name, input }: SubmitJobCommand): Promise<JobRecord> {
    const { agents, jobs, models, defaultModel, clock, ids } = this.#deps
    const agent = agents.get(name)
    models.check(agent.model ?? defaultModel)
    await checkInput(agent, input)
    const at = clock.now()
    const event: JobSubmitted = {
      type: 'job.submitted',
      at,
      jobId: ids.newId('job'),
      tenantId,
      agent: name,
      input,
      deadlineAt: at + agent.jobTimeoutMs,
    }
    const { job } = submit(event)
    await jobs.create(job, event)
    return job
  }
}
