import { derivedId } from '#domain/job/derived-id.ts'
import { LIMIT_WINDOW } from '#domain/schedule/limit-window.ts'
import { SCHEDULE } from '#domain/schedule/schedule.ts'
import type { Hasher } from '#ports/hasher.ts'

/**
 * Ids of records that a caller names. They are made without the secret of the installation, because they must stay the
 * same for ever. They open nothing: every read checks the tenant.
 */
export class ScheduleIds {
  readonly #hasher: Hasher

  constructor({ hasher }: { readonly hasher: Hasher }) {
    this.#hasher = hasher
  }

  schedule(tenantId: string, scheduleId: string): Promise<string> {
    return this.#make(SCHEDULE.prefix, tenantId, scheduleId)
  }

  limit(tenantId: string, key: string): Promise<string> {
    return this.#make(LIMIT_WINDOW.prefix, tenantId, key)
  }

  async #make(prefix: string, tenantId: string, name: string): Promise<string> {
    return derivedId(prefix, await this.#hasher.sha256([prefix, tenantId, name].join('\n')))
  }
}
