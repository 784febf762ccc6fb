import { createHash } from 'node:crypto'
import { existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { ToolResult } from '#domain/agent/message.ts'
import { noteOf } from './dispatch-file.ts'

/** Of a slot: the note of the call, a digest of the slot, the length of the JSON, and the JSON. */
const DIGEST_AT = 32
const LENGTH_AT = 64
const JSON_AT = 68
const SLOT_BYTES = 16 * 1024
/** Slots are as many as calls in flight, so the file has at most 16 MiB. */
const MOST_SLOTS = 1024

/** The file of results beside that of the notes. */
export function resultsOf(path: string): string {
  return `${path}.results`
}

/**
 * What calls in flight have returned, in slots of one file. A result that does not fit is not noted: after a crash its
 * call waits as if nothing were known of it.
 */
export class DispatchResults {
  readonly #path: string
  /** The file is made when it is first needed. */
  #fd: number | null = null
  #isEmpty = true

  constructor(path: string) {
    this.#path = path
  }

  /** @param place is the call's own while it is in flight. @throws when the file cannot be written. */
  write(place: number, key: string, result: ToolResult): void {
    const json = Buffer.from(JSON.stringify(result))
    const bytes = Buffer.alloc(JSON_AT + json.length)
    if (place >= MOST_SLOTS || bytes.length > SLOT_BYTES) return
    noteOf(key).copy(bytes)
    bytes.writeUInt32BE(json.length, LENGTH_AT)
    json.copy(bytes, JSON_AT)
    digestOf(bytes).copy(bytes, DIGEST_AT)
    this.#fd ??= openSync(this.#path, 'wx', 0o600)
    this.#isEmpty = false
    writeSync(this.#fd, bytes, 0, bytes.length, place * SLOT_BYTES)
  }

  /** No call is in flight: what the last ones returned is kept no longer than it is of use. */
  clear(): void {
    if (this.#isEmpty || this.#fd === null) return
    ftruncateSync(this.#fd)
    this.#isEmpty = true
  }
}

/** The results in a file, by the note of their call in hexadecimal. A slot that is not whole is none. */
export function readDispatchResults(path: string): ReadonlyMap<string, ToolResult> {
  const results = new Map<string, ToolResult>()
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  for (let at = 0; at + JSON_AT <= bytes.length; at += SLOT_BYTES) {
    const slot = bytes.subarray(at, at + JSON_AT + bytes.readUInt32BE(at + LENGTH_AT))
    if (!digestOf(slot).equals(slot.subarray(DIGEST_AT, LENGTH_AT))) continue
    results.set(slot.toString('hex', 0, DIGEST_AT), JSON.parse(slot.toString('utf8', JSON_AT)) as ToolResult)
  }
  return results
}

/** Of a slot without its digest. */
function digestOf(slot: Buffer): Buffer {
  return createHash('sha256').update(slot.subarray(0, DIGEST_AT)).update(slot.subarray(LENGTH_AT)).digest()
}
