import type { CallOptions } from './call-options.ts'
import { searchOf } from './search.ts'
import type { Call, Transport } from './transport.ts'
import type {
  Backfill,
  Schedule,
  SchedulePage,
  ScheduleQuery,
  ScheduleRequest,
  ScheduleRun,
  ScheduleSummary,
} from './types.ts'

/** The schedules of a server: `client.schedules`. Every method rejects with an `ErrandError`. */
export class ScheduleClient {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Creates or replaces the schedule with this id. Of one that fires once, a later call moves its fire. `ignored` says
   * that a newer event was seen before.
   */
  put(id: string, request: ScheduleRequest, { signal }: CallOptions = {}): Promise<Schedule> {
    return this.#transport.json({ method: 'PUT', path: pathOf(id), body: request, signal, repeatable: true }, 'id')
  }

  get(id: string, { signal }: CallOptions = {}): Promise<Schedule> {
    return this.#transport.json({ method: 'GET', path: pathOf(id), signal, repeatable: true }, 'id')
  }

  /** Every schedule that fits, a page at a time. */
  async *list(query: ScheduleQuery = {}, options: CallOptions = {}): AsyncGenerator<ScheduleSummary> {
    let token: string | undefined
    do {
      const page = await this.page({ ...query, ...(token !== undefined && { page_token: token }) }, options)
      yield* page.schedules
      token = page.next_page_token
    } while (token !== undefined)
  }

  page(query: ScheduleQuery = {}, { signal }: CallOptions = {}): Promise<SchedulePage> {
    return this.#transport.json(
      { method: 'GET', path: `/schedules${searchOf(query)}`, signal, repeatable: true },
      'schedules',
    )
  }

  /** Ends it. Harmless to repeat. @param occurredAt RFC 3339, of the event that ends it. */
  delete(id: string, { occurredAt, signal }: CallOptions & { readonly occurredAt?: string } = {}): Promise<Schedule> {
    const path = `${pathOf(id)}${searchOf({ occurred_at: occurredAt })}`
    return this.#transport.json({ method: 'DELETE', path, signal, repeatable: true }, 'id')
  }

  pause(id: string, options: CallOptions = {}): Promise<Schedule> {
    return this.#post({ path: `${pathOf(id)}/pause` }, 'id', options)
  }

  resume(id: string, options: CallOptions = {}): Promise<Schedule> {
    return this.#post({ path: `${pathOf(id)}/resume` }, 'id', options)
  }

  /** Fires once more, now. However often the request has to be repeated, there is one job. */
  run(id: string, options: CallOptions & { readonly idempotencyKey?: string | undefined } = {}): Promise<ScheduleRun> {
    const headers = { 'idempotency-key': `"${options.idempotencyKey ?? crypto.randomUUID()}"` }
    return this.#post({ path: `${pathOf(id)}/run`, headers }, 'jobId', options)
  }

  /** Submits the fires of a past period. */
  backfill(id: string, period: Backfill, options: CallOptions = {}): Promise<Schedule> {
    return this.#post({ path: `${pathOf(id)}/backfill`, body: period }, 'id', options)
  }

  #post<T>(
    said: Pick<Call, 'path' | 'body' | 'headers'>,
    member: keyof T & string,
    { signal }: CallOptions,
  ): Promise<T> {
    return this.#transport.json({ method: 'POST', ...said, signal, repeatable: true }, member)
  }
}

function pathOf(id: string): string {
  return `/schedules/${encodeURIComponent(id)}`
}
