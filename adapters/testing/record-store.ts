import type { RecordKind, Stored } from '#domain/record/kind.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import { refuseNewer } from '#domain/storage/format.ts'
import { isAhead } from '#domain/time/clock-step.ts'
import type { Due, DueQuery, TenantWakes } from '#ports/due.ts'
import type { CreatedRecord, RecordList, RecordListQuery, RecordPage, RecordStore } from '#ports/record-store.ts'
import type { Waker, Woken } from '#ports/waker.ts'

interface Row {
  readonly kind: string
  readonly format: number
  readonly wakeAt: number | null
  readonly record: Stored
}

/** Records that live as long as the process, of every kind: for tests and for trying things out. */
export class MemoryRecords implements Due {
  readonly #waker: Waker
  readonly #rows = new Map<string, Row>()

  constructor(waker: Waker) {
    this.#waker = waker
  }

  of<T extends Stored>(kind: RecordKind<T>): RecordStore<T> & RecordList<T> {
    const load = (id: string): Promise<T | null> => Promise.resolve().then(() => this.#read(kind, id))
    return {
      create: (record) => this.#create(kind, record),
      get: async (tenantId, id) => {
        const record = await load(id)
        return record?.tenantId === tenantId ? record : null
      },
      load,
      list: (query) => Promise.resolve(this.#list(kind, query)),
      save: async (record) => {
        this.#expect(record.id, record.version - 1)
        await this.#put(kind, record)
      },
      remove: async (record) => {
        this.#expect(record.id, record.version)
        this.#rows.delete(record.id)
        await this.#waker.wakeAt(record, null)
      },
    }
  }

  async tenants(kind: string, now: number): Promise<readonly TenantWakes[]> {
    const byTenant = Map.groupBy(this.#waiting(kind), ({ tenantId }) => tenantId)
    const wakes = [...byTenant].map(([tenantId, rows]) => ({
      tenantId,
      isDue: rows.some(({ at }) => at <= now),
      nextAt: rows.find(({ at }) => at > now)?.at ?? null,
    }))
    return Promise.resolve(wakes)
  }

  async due({ kind, tenantId, now, limit }: DueQuery): Promise<readonly string[]> {
    const due = this.#waiting(kind).filter((row) => row.tenantId === tenantId && row.at <= now)
    return Promise.resolve(due.slice(0, limit).map(({ id }) => id))
  }

  async ahead(kind: string, now: number): Promise<readonly Woken[]> {
    const ahead = this.#waiting(kind).filter(({ at, updatedAt }) => at > now && isAhead(updatedAt, now))
    return Promise.resolve(ahead.map(({ id, tenantId }) => ({ id, tenantId })))
  }

  /** When a record is to be woken (epoch ms). */
  wakeAt(id: string): number | null {
    return this.#rows.get(id)?.wakeAt ?? null
  }

  async #create<T extends Stored>(kind: RecordKind<T>, record: T): Promise<CreatedRecord<T>> {
    const known = this.#read(kind, record.id)
    if (known) return { record: known, created: false }
    await this.#put(kind, record)
    return { record, created: true }
  }

  #read<T extends Stored>(kind: RecordKind<T>, id: string): T | null {
    const row = this.#rows.get(id)
    if (row?.kind !== kind.name) return null
    refuseNewer(`Record ${id}`, row, kind.format)
    return structuredClone(row.record) as T
  }

  #list<T extends Stored>(kind: RecordKind<T>, { tenantId, size, after }: RecordListQuery): RecordPage<T> {
    const rows = [...this.#rows.values()]
      .filter((row) => row.kind === kind.name && row.record.tenantId === tenantId && row.record.id > (after ?? ''))
      .sort((a, b) => (a.record.id < b.record.id ? -1 : 1))
      .slice(0, size)
    const known = rows.filter(({ format }) => format <= kind.format)
    return {
      records: known.map(({ record }) => structuredClone(record) as T),
      next: rows.length === size ? (rows.at(-1)?.record.id ?? null) : null,
    }
  }

  #expect(id: string, version: number): void {
    if (this.#rows.get(id)?.record.version !== version) throw new VersionConflictError(id, version)
  }

  async #put<T extends Stored>(kind: RecordKind<T>, record: T): Promise<void> {
    const wakeAt = kind.nextWakeAt(record)
    this.#rows.set(record.id, { kind: kind.name, format: kind.format, wakeAt, record: structuredClone(record) })
    await this.#waker.wakeAt(record, wakeAt === null ? null : { at: wakeAt, kind: kind.name })
  }

  #waiting(kind: string): readonly (Woken & { readonly at: number; readonly updatedAt: number })[] {
    return [...this.#rows.values()]
      .flatMap(({ kind: name, wakeAt: at, record: { id, tenantId, updatedAt } }) =>
        name === kind && at !== null ? [{ id, tenantId, at, updatedAt }] : [],
      )
      .sort((a, b) => a.at - b.at)
  }
}
