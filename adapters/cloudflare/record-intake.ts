import type { RecordKind, Stored } from '#domain/record/kind.ts'
import type { RecordCommands } from '#ports/record-commands.ts'
import type { CreatedRecord, RecordIntake, RecordList, RecordListQuery, RecordPage } from '#ports/record-store.ts'
import { inParallel } from './in-parallel.ts'
import { RefusedError } from './job-stub.ts'
import { askObject } from './outage.ts'
import type { RecordIndex } from './record-index.ts'
import type { RecordNamespace } from './record-stub.ts'

export interface RemoteRecordsDeps<T extends Stored, C, A> {
  readonly kind: RecordKind<T>
  readonly objects: RecordNamespace<T, C, A>
  readonly index: Pick<RecordIndex, 'add' | 'list'>
}

/** A new record is looked after by then: most operations are completed sooner. */
const GRACE_MS = 60_000
/** Connections of one request at once. */
const AT_ONCE = 6

/** The Worker's way to the records of one kind: each is asked of its own object. */
export class RemoteRecords<T extends Stored, C extends { readonly tenantId: string } = never, A = never>
  implements RecordIntake<T>, RecordList<T>, RecordCommands<C, A>
{
  readonly #deps: RemoteRecordsDeps<T, C, A>
  /** An id that we could have given out. */
  readonly #id: RegExp

  constructor(deps: RemoteRecordsDeps<T, C, A>) {
    this.#deps = deps
    this.#id = new RegExp(`^${deps.kind.prefix}_[0-7][0-9A-HJKMNP-TV-Z]{25}$`)
  }

  /** The index first: what it does not have is not found when its alarm is lost. */
  async create(record: T): Promise<CreatedRecord<T>> {
    const { objects, index } = this.#deps
    const { id, tenantId } = record
    await index.add({ id, tenantId, lookAt: record.updatedAt + GRACE_MS })
    return askObject(() => objects.getByName(id).create(record), { repeatable: true })
  }

  async get(tenantId: string, id: string): Promise<T | null> {
    if (!this.#id.test(id)) return null
    return askObject(() => this.#deps.objects.getByName(id).find(tenantId, id), { repeatable: true })
  }

  /** One call, and two with an entry in the index for a command that makes its record, or has it begin anew. */
  async execute(id: string, command: C): Promise<A> {
    const first = await this.#change(id, command, false)
    if ('answer' in first) return first.answer
    await this.#deps.index.add({ id, tenantId: command.tenantId, lookAt: first.lookAt })
    const second = await this.#change(id, command, true)
    if ('answer' in second) return second.answer
    throw new TypeError('An object did not make a change that the index knows.')
  }

  async #change(id: string, command: C, isListed: boolean) {
    const change = () => this.#deps.objects.getByName(id).change(command, { isListed, mayCreate: isListed })
    const changed = await askObject(change, { repeatable: false })
    if ('refusal' in changed) throw new RefusedError(changed.refusal)
    return changed
  }

  /** Each record as it is in its object: the index says only which there are. */
  async list(query: RecordListQuery): Promise<RecordPage<T>> {
    const ids = await this.#deps.index.list(query)
    const found = await inParallel(ids, AT_ONCE, (id) => this.get(query.tenantId, id))
    return {
      records: found.filter((record) => record !== null),
      next: ids.length === query.size ? (ids.at(-1) ?? null) : null,
    }
  }
}
