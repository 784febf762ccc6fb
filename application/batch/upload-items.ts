import { AppError } from '#domain/app-error.ts'
import type { Agent } from '#domain/agent/agent.ts'
import type { AgentRegistry } from '#domain/agent/registry.ts'
import type { Batch } from '#domain/batch/batch.ts'
import { BatchClosedError, BatchNotFoundError, UploadConflictError } from '#domain/batch/errors.ts'
import { type ItemProblem, MOST_KEY_CHARACTERS, type NewItem, isItemKey } from '#domain/batch/item.ts'
import { type JsonValue, canonicalJson } from '#domain/json/json.ts'
import type { BatchItemIntake } from '#ports/batch-items.ts'
import type { Clock } from '#ports/clock.ts'
import type { Hasher } from '#ports/hasher.ts'
import type { RecordIntake } from '#ports/record-store.ts'
import type { Woken } from '#ports/waker.ts'
import { checkInput } from '../agent/check-input.ts'
import type { DerivedIds } from '../job/derived-ids.ts'
import { jobIdOf } from './item-jobs.ts'
import type { LineLimit } from './line-limit.ts'

/** A line of an upload: an item, or why it is none. */
export type UploadedLine = { readonly item: UploadedItem; readonly bytes: number } | { readonly problem: ItemProblem }

export interface UploadedItem {
  readonly key: string | null
  readonly input: JsonValue
  readonly metadata: Readonly<Record<string, string>>
  /** What the work depends on beside the input. */
  readonly source: JsonValue
}

export interface UploadItemsCommand {
  readonly tenantId: string
  readonly batchId: string
  /** Lines that the batch has already. */
  readonly from: number
  readonly lines: AsyncIterable<UploadedLine>
}

/** A line that became a failed item. */
export interface InvalidLine extends ItemProblem {
  /** From 1, in the whole batch. */
  readonly line: number
}

export interface Uploaded {
  /** Items that will be done, or are done already. */
  readonly accepted: number
  /** Lines that the batch has now. */
  readonly next: number
  /** The first of them. */
  readonly invalid: readonly InvalidLine[]
  readonly invalidCount: number
}

export interface UploadItemsDeps {
  readonly batches: Pick<RecordIntake<Batch>, 'get'>
  readonly items: Pick<BatchItemIntake, 'totals' | 'linesOf' | 'done' | 'append'>
  readonly agents: Pick<AgentRegistry, 'get'>
  readonly limit: Pick<LineLimit, 'admit'>
  readonly hasher: Hasher
  readonly derivedIds: Pick<DerivedIds, 'make'>
  /** There are items to release. */
  readonly moveOn: (batch: Woken) => void
  readonly clock: Pick<Clock, 'now'>
}

/** One commit takes so many lines, or so many bytes of them, whichever comes first. */
const CHUNK_LINES = 500
const CHUNK_BYTES = 1_048_576
const MOST_INVALID_SHOWN = 100

/** Adds lines to a batch as they come, a chunk at a time: what is in memory does not depend on how many there are. */
export class UploadItems {
  readonly #deps: UploadItemsDeps

  constructor(deps: UploadItemsDeps) {
    this.#deps = deps
  }

  /**
   * Chunks that were stored before an error stay; the upload goes on after them.
   * @throws {BatchNotFoundError} {BatchClosedError} {UploadConflictError} {TooManyItemsError} {BatchFullError} {UnknownAgentError}, and what `lines` throws.
   */
  async execute({ tenantId, batchId, from, lines }: UploadItemsCommand): Promise<Uploaded> {
    const batch = await this.#deps.batches.get(tenantId, batchId)
    if (!batch) throw new BatchNotFoundError(batchId)
    await this.#checkPlace(batchId, from)
    const upload = new Upload(batch, this.#deps.agents.get(batch.agent), from)
    for await (const line of lines) {
      await upload.add(line)
      if (upload.isChunkFull) await this.#store(upload)
    }
    await this.#store(upload)
    return upload.result()
  }

  async #checkPlace(batchId: string, from: number): Promise<void> {
    const totals = await this.#deps.items.totals(batchId)
    if (!totals) throw new BatchNotFoundError(batchId)
    if (totals.isClosed) throw new BatchClosedError(batchId, totals.next)
    if (totals.next !== from) throw new UploadConflictError(from, totals.next)
  }

  async #store(upload: Upload): Promise<void> {
    const { items, limit, clock, moveOn } = this.#deps
    const { id: batchId, tenantId } = upload.batch
    if (upload.chunk.length === 0) return
    const keys = upload.chunk.flatMap(({ key }) => key ?? [])
    upload.refuseRepeated(await items.linesOf(batchId, keys))
    if (upload.batch.skipUnchanged) await this.#skipUnchanged(upload)
    const lines = { batchId, tenantId, from: upload.next, items: upload.chunk, at: clock.now() }
    await limit.admit({ tenantId, batchId, next: upload.next, lines: upload.chunk.length })
    // Refused, and its place is right after all: a retry of the batch has opened it in between.
    while (!(await items.append(lines))) await this.#checkPlace(batchId, upload.next)
    upload.stored()
    moveOn({ id: batchId, tenantId })
  }

  async #skipUnchanged(upload: Upload): Promise<void> {
    const { items, hasher, derivedIds } = this.#deps
    const { tenantId } = upload.batch
    await upload.nameContents((text) => hasher.sha256(text))
    const contents = [
      ...new Set(upload.chunk.flatMap(({ status, contentKey }) => (status === 'pending' ? (contentKey ?? []) : []))),
    ]
    const done = await items.done(tenantId, contents)
    const jobs = done.map(async ({ batchId, line, round, contentKey }) => {
      return [contentKey, await jobIdOf(derivedIds, { tenantId, batchId, item: { line, round } })] as const
    })
    upload.skip(new Map(await Promise.all(jobs)))
  }
}

/** One request: its lines that are not stored yet, and what became of those that are. */
class Upload {
  readonly batch: Batch
  readonly #agent: Agent
  readonly #invalid: InvalidLine[] = []
  #invalidCount = 0
  #accepted = 0
  #bytes = 0
  #sources: JsonValue[] = []
  next: number
  chunk: NewItem[] = []

  constructor(batch: Batch, agent: Agent, from: number) {
    this.batch = batch
    this.#agent = agent
    this.next = from
  }

  get isChunkFull(): boolean {
    return this.chunk.length >= CHUNK_LINES || this.#bytes >= CHUNK_BYTES
  }

  async add(line: UploadedLine): Promise<void> {
    this.#sources.push('item' in line ? line.item.source : null)
    if ('problem' in line) {
      this.chunk.push(failed(line.problem))
      return
    }
    this.#bytes += line.bytes
    this.chunk.push(await this.#newItem(line.item))
  }

  /** The first line with a key has it; later ones are invalid. */
  refuseRepeated(taken: ReadonlyMap<string, number>): void {
    const lines = new Map(taken)
    this.chunk = this.chunk.map((item, index) => {
      const line = this.next + index + 1
      const first = item.key === null ? undefined : lines.get(item.key)
      if (item.key !== null && first === undefined) lines.set(item.key, line)
      if (first === undefined) return item
      const message = `Line ${String(first)} has the key "${String(item.key)}" already.`
      return failed({ code: 'duplicate_key', message }, item.key)
    })
  }

  async nameContents(hash: (text: string) => Promise<string>): Promise<void> {
    const named = this.chunk.map(async (item, index) => {
      if (item.status !== 'pending') return item
      const { name: agent, version } = this.#agent
      const { writes } = this.batch
      const work = { agent, version, ...(writes && { writes }) }
      const contents = { ...work, input: item.input, source: this.#sources[index] ?? null }
      return { ...item, contentKey: await hash(canonicalJson(contents)) }
    })
    this.chunk = await Promise.all(named)
  }

  skip(done: ReadonlyMap<string, string>): void {
    this.chunk = this.chunk.map((item) => {
      const doneBy = item.status === 'pending' && item.contentKey !== null ? done.get(item.contentKey) : undefined
      return doneBy === undefined ? item : { ...item, status: 'skipped', doneBy }
    })
  }

  stored(): void {
    for (const [index, { problem }] of this.chunk.entries()) {
      if (!problem) this.#accepted++
      else if (++this.#invalidCount <= MOST_INVALID_SHOWN)
        this.#invalid.push({ line: this.next + index + 1, ...problem })
    }
    this.next += this.chunk.length
    this.chunk = []
    this.#sources = []
    this.#bytes = 0
  }

  result(): Uploaded {
    return { accepted: this.#accepted, next: this.next, invalid: this.#invalid, invalidCount: this.#invalidCount }
  }

  async #newItem({ key, input, metadata }: UploadedItem): Promise<NewItem> {
    const named = key ?? this.#keyIn(input)
    try {
      await checkInput(this.#agent, input)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return failed({ code: error.code, message: error.message }, named)
    }
    if (named !== null && !isItemKey(named)) return failed({ code: 'invalid_request', message: this.#keyRule() })
    const nothing = { contentKey: null, problem: null, doneBy: null }
    return { status: 'pending', key: named, input, metadata, ...nothing }
  }

  #keyRule(): string {
    const where = String(this.batch.itemKey)
    return `The key in "${where}" must be 1 to ${String(MOST_KEY_CHARACTERS)} characters of well-formed Unicode without control characters.`
  }

  #keyIn(input: JsonValue): string | null {
    const { itemKey } = this.batch
    if (itemKey === null || typeof input !== 'object' || input === null || Array.isArray(input)) return null
    const value = (input as Readonly<Record<string, JsonValue>>)[itemKey]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null
  }
}

/** @param key that the line gives; one that no item may have is not kept. */
function failed(why: ItemProblem, key: string | null = why.key ?? null): NewItem {
  const { code, message } = why
  const problem = { code, message, ...(key !== null && isItemKey(key) && { key }) }
  return { status: 'failed', key: null, input: null, metadata: {}, contentKey: null, problem, doneBy: null }
}
