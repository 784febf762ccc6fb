import { DefinitionError } from '#domain/agent/errors.ts'
import { AppError } from '#domain/app-error.ts'
import { type JsonValue, canonicalJson } from '#domain/json/json.ts'
import { ScheduleNotFoundError } from '#domain/schedule/errors.ts'
import { type ScheduleInput, scheduleSpec } from '#domain/schedule/spec.ts'
import { CODE } from '#domain/tenant/actor.ts'
import type { DeclaredSchedules } from '#ports/declared-schedules.ts'
import type { Hasher } from '#ports/hasher.ts'
import type { DeleteSchedule } from './delete-schedule.ts'
import type { PutSchedule } from './put-schedule.ts'

/** A schedule as the author's code declares it. */
export interface DeclaredSchedule {
  readonly tenantId: string
  readonly scheduleId: string
  readonly spec: ScheduleInput
}

/** What had to be done, by the ids of schedules. */
export interface Reconciled {
  readonly put: readonly string[]
  readonly deleted: readonly string[]
}

export interface ReconcileSchedulesDeps {
  readonly putSchedule: Pick<PutSchedule, 'declare'>
  readonly deleteSchedule: Pick<DeleteSchedule, 'undeclare'>
  readonly declared: DeclaredSchedules
  readonly hasher: Hasher
}

/**
 * At each start: creates and changes the schedules that the code declares, and ends those that it no longer declares.
 * Where nothing has changed, it reads a few rows and writes none. A start that dies in between is made up for by the
 * next one.
 */
export class ReconcileSchedules {
  readonly #deps: ReconcileSchedulesDeps

  constructor(deps: ReconcileSchedulesDeps) {
    this.#deps = deps
  }

  /** @throws {DefinitionError} which names the schedule that is refused. */
  async execute(schedules: readonly DeclaredSchedule[]): Promise<Reconciled> {
    const { declared, deleteSchedule } = this.#deps
    const known = await declared.list()
    const put: string[] = []
    for (const schedule of schedules) if (await this.#put(schedule, known)) put.push(schedule.scheduleId)
    const dropped = known.filter((entry) => !schedules.some((schedule) => isSame(schedule, entry)))
    for (const { tenantId, scheduleId } of dropped) {
      await unlessGone(deleteSchedule.undeclare({ tenantId, scheduleId, by: CODE }))
      await declared.remove({ tenantId, scheduleId })
    }
    return { put, deleted: dropped.map(({ scheduleId }) => scheduleId) }
  }

  /** Whether it had to be. The schedule first: what is noted is stored. */
  async #put(
    { tenantId, scheduleId, spec }: DeclaredSchedule,
    known: Awaited<ReturnType<DeclaredSchedules['list']>>,
  ): Promise<boolean> {
    const { declared, putSchedule, hasher } = this.#deps
    const fingerprint = await hasher.sha256(canonicalJson(scheduleSpec(spec) as unknown as JsonValue))
    const entry = { tenantId, scheduleId, fingerprint }
    if (known.some((other) => isSame(other, entry) && other.fingerprint === fingerprint)) return false
    await named(scheduleId, putSchedule.declare({ tenantId, scheduleId, spec, by: CODE }))
    await declared.put(entry)
    return true
  }
}

/** With the id of the schedule that is refused. */
async function named(scheduleId: string, put: Promise<unknown>): Promise<void> {
  try {
    await put
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error
    throw new DefinitionError(`Schedule "${scheduleId}": ${error.message}`)
  }
}

/** A start may have died after it ended a schedule, and long ago. */
async function unlessGone(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error
  }
}

interface Named {
  readonly tenantId: string
  readonly scheduleId: string
}

function isSame(a: Named, b: Named): boolean {
  return a.tenantId === b.tenantId && a.scheduleId === b.scheduleId
}
