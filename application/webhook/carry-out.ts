import { IdempotencyKeyReusedError } from '#domain/job/errors.ts'
import type { JobOptions } from '#domain/job/options.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import { type ActionName, actionNames } from '#domain/webhook/action-names.ts'
import type {
  ScheduleAction,
  SubmitAction,
  SubmitActionOptions,
  UnscheduleAction,
  WebhookAction,
} from '#domain/webhook/action.ts'
import type { ActionResult } from '#domain/webhook/event.ts'
import type { Hasher } from '#ports/hasher.ts'
import type { DerivedIds } from '../job/derived-ids.ts'
import type { SubmitJob } from '../job/submit-job.ts'
import type { DeleteSchedule } from '../schedule/delete-schedule.ts'
import type { PutSchedule } from '../schedule/put-schedule.ts'

export interface CarryOutDeps {
  readonly submitJob: Pick<SubmitJob, 'execute'>
  readonly derivedIds: Pick<DerivedIds, 'make'>
  readonly hasher: Hasher
  readonly putSchedule: Pick<PutSchedule, 'execute'>
  readonly deleteSchedule: Pick<DeleteSchedule, 'execute'>
}

export interface CarryOutCommand {
  readonly tenantId: string
  readonly by: Actor
  /** The id of the event. */
  readonly eventId: string
  /** When it happened, or was received first (epoch ms). The same at each repeat. */
  readonly occurredAt: number
  /** Of a replay: it does the actions of a handled event once more. `null` for the event itself. */
  readonly run: string | null
  readonly actions: readonly WebhookAction[]
  /** The actions that were recorded with the event; empty where none were. */
  readonly recorded: readonly WebhookAction[]
}

export interface CarriedOut {
  readonly results: readonly ActionResult[]
  /** Whether all this was done before: its jobs were there, and nothing is new. */
  readonly isRepeat: boolean
}

type ActionCommand = Pick<CarryOutCommand, 'tenantId' | 'by' | 'occurredAt'>

interface Done {
  readonly result: ActionResult
  readonly change: 'new' | 'known' | 'none'
}

/** Does what an event leads to, in order. Each action has a key of its own, so that a repeat does nothing twice. */
export class CarryOut {
  readonly #deps: CarryOutDeps

  constructor(deps: CarryOutDeps) {
    this.#deps = deps
  }

  /** @throws what `SubmitJob`, `PutSchedule` and `DeleteSchedule` throw. */
  async execute({ eventId, run, actions, recorded, ...command }: CarryOutCommand): Promise<CarriedOut> {
    const names = actionNames(actions, recorded)
    const results: ActionResult[] = []
    const changes = new Set<Done['change']>()
    for (const [index, action] of actions.entries()) {
      // No caller can send this as an Idempotency-Key, because those have no quotes.
      const key = JSON.stringify(['webhook', eventId, await this.#short(names[index]), ...(run === null ? [] : [run])])
      const { result, change } = await this.#do(command, action, key)
      results.push(result)
      changes.add(change)
    }
    return { results, isRepeat: changes.has('known') && !changes.has('new') }
  }

  async #short(name: ActionName | undefined): Promise<unknown> {
    return typeof name === 'object' ? [await this.#deps.hasher.sha256(name.says), name.number] : name
  }

  #do(command: ActionCommand, action: WebhookAction, key: string): Promise<Done> {
    return action.type === 'submit' ? this.#submit(command, action, key) : this.#reschedule(command, action)
  }

  /** A repeat is as old as the first time, so it changes nothing that came later. */
  async #reschedule(command: ActionCommand, action: ScheduleAction | UnscheduleAction): Promise<Done> {
    const { putSchedule, deleteSchedule } = this.#deps
    const { type, id: scheduleId } = action
    const { tenantId, by } = command
    const change = { tenantId, by, scheduleId, occurredAt: action.occurredAt ?? command.occurredAt }
    const { ignored } =
      action.type === 'schedule'
        ? await putSchedule.execute({ ...change, spec: action.spec })
        : await deleteSchedule.execute(change)
    // Ignored says that something newer was seen, and not that this was.
    return { result: { type, scheduleId, ignored }, change: ignored ? 'none' : 'new' }
  }

  async #submit(
    { tenantId, by }: ActionCommand,
    { agent, input, options }: SubmitAction,
    idempotencyKey: string,
  ): Promise<Done> {
    const { submitJob, derivedIds } = this.#deps
    try {
      const command = { tenantId, by, agent, input, options: jobOptions(options), idempotencyKey }
      const { job, created } = await submitJob.execute(command)
      return { result: { type: 'submit', agent, jobId: job.id }, change: created ? 'new' : 'known' }
    } catch (error) {
      // A release between two deliveries may want something else of the event. What was done first stands.
      if (!(error instanceof IdempotencyKeyReusedError)) throw error
      const jobId = await derivedIds.make('job', tenantId, idempotencyKey)
      return { result: { type: 'submit', agent, jobId }, change: 'known' }
    }
  }
}

function jobOptions({ retentionSeconds, ...options }: SubmitActionOptions): Partial<JobOptions> {
  return { ...options, ...(retentionSeconds !== undefined && { retainMs: retentionSeconds * 1000 }) }
}
