import { existsSync, ftruncateSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { ToolResult } from '#domain/agent/message.ts'
import type { DispatchLog } from '#ports/dispatch-log.ts'
import type { Logger } from '#ports/logger.ts'
import { HEADER_BYTES, NOTE_BYTES, headerOf, noteOf, readDispatchFile } from './dispatch-file.ts'
import { DispatchResults, readDispatchResults, resultsOf } from './dispatch-results.ts'
import { removeOldLogs } from './dispatch-log-cleanup.ts'
import { takeFileLock } from '../sqlite/file-lock.ts'
import { Paced } from './paced.ts'

export interface FileDispatchLogOptions {
  /** Of the files of all executors that store in the same place. */
  readonly directory: string
  readonly executorId: string
  readonly bootId: string
  readonly logger: Logger
}

/** Calls noted in one turn of the event loop. A request leaves in the turns after it, so a kill finds few that were noted and had not left. */
const MOST_A_TURN = 8

/** By the note of their call, in hexadecimal. */
interface NotesOfDead {
  readonly made: ReadonlySet<string>
  readonly results: ReadonlyMap<string, ToolResult>
}

/** Paths are made of it. */
const EXECUTOR_ID = /^[\w-]{1,80}$/

/**
 * Notes in a file of this executor's own, without a sync. The kernel keeps what a dead process has written, and the
 * boot id shows whether it is still the same kernel. The notes of another executor count only while its lock can be
 * had, for then its process is dead. A note reuses the place of one that is no longer needed, so the file holds at most
 * the calls that were in flight together.
 */
export class FileDispatchLog implements DispatchLog {
  readonly #options: FileDispatchLogOptions
  readonly #path: string
  readonly #unlock: () => void
  readonly #fd: number
  /** Where in the file the note of a call is. */
  readonly #places = new Map<string, number>()
  readonly #free: number[] = []
  readonly #pace = new Paced(MOST_A_TURN)
  readonly #results: DispatchResults
  readonly #ofDead = new Map<string, NotesOfDead | null>()
  #next = 0
  #isWithdrawn = false

  /** @throws when the directory cannot be written to. */
  constructor(options: FileDispatchLogOptions) {
    this.#options = options
    mkdirSync(options.directory, { recursive: true, mode: 0o700 })
    removeOldLogs(options.directory, options.bootId)
    this.#path = this.#pathOf(options.executorId)
    this.#unlock = takeFileLock(lockOf(this.#path))
    this.#fd = openSync(this.#path, 'wx', 0o600)
    this.#write(headerOf(options, this.#fd), 0)
    this.#results = new DispatchResults(resultsOf(this.#path))
  }

  ready(): Promise<void> {
    return this.#pace.turn()
  }

  record(key: string): void {
    if (this.#isWithdrawn || this.#places.has(key)) return
    const place = this.#free.pop() ?? this.#next++
    try {
      this.#write(noteOf(key), HEADER_BYTES + place * NOTE_BYTES)
      this.#places.set(key, place)
    } catch (error) {
      this.#withdraw(error)
    }
  }

  returned(key: string, result: ToolResult): void {
    const place = this.#places.get(key)
    if (place === undefined) return
    try {
      this.#results.write(place, key, result)
    } catch {
      // A full disk: then the call's outcome is unknown after a crash.
    }
  }

  forget(key: string): void {
    const place = this.#places.get(key)
    if (place === undefined) return
    this.#places.delete(key)
    this.#free.push(place)
    if (this.#places.size === 0) this.#results.clear()
  }

  neverMade(executorId: string, key: string): boolean {
    if (executorId === this.#options.executorId) return !this.#isWithdrawn && !this.#places.has(key)
    const notes = this.#notesOfDead(executorId)
    return notes !== null && !notes.made.has(noteOf(key).toString('hex'))
  }

  resultOf(executorId: string, key: string): ToolResult | null {
    if (executorId === this.#options.executorId) return null
    return this.#notesOfDead(executorId)?.results.get(noteOf(key).toString('hex')) ?? null
  }

  isDead(executorId: string): boolean {
    return executorId !== this.#options.executorId && this.#notesOfDead(executorId) !== null
  }

  /** As the death of the process does. */
  close(): void {
    this.#unlock()
  }

  #notesOfDead(executorId: string): NotesOfDead | null {
    const known = this.#ofDead.get(executorId)
    if (known !== undefined) return known
    const path = this.#pathOf(executorId)
    // Taking a lock makes its file.
    if (!EXECUTOR_ID.test(executorId) || !existsSync(lockOf(path))) return null
    let unlock: () => void
    try {
      unlock = takeFileLock(lockOf(path))
    } catch {
      return null
    }
    const made = readDispatchFile(path, { executorId, bootId: this.#options.bootId })
    const notes = made && { made, results: readDispatchResults(resultsOf(path)) }
    unlock()
    this.#ofDead.set(executorId, notes)
    return notes
  }

  /** A file that lacks one note proves nothing any more, and must not seem to. Deleting it needs no room on the disk. */
  #withdraw(error: unknown): void {
    try {
      unlinkSync(this.#path)
    } catch {
      ftruncateSync(this.#fd)
    }
    this.#isWithdrawn = true
    const { logger } = this.#options
    logger.error(
      'The dispatch log cannot be written. Until the next start, calls that a crash cuts off wait to be resolved.',
      error,
    )
  }

  #write(bytes: Buffer, at: number): void {
    const written = writeSync(this.#fd, bytes, 0, bytes.length, at)
    if (written !== bytes.length)
      throw new Error(`Only ${String(written)} of ${String(bytes.length)} bytes were written.`)
  }

  #pathOf(executorId: string): string {
    return join(this.#options.directory, `${executorId}.calls`)
  }
}

function lockOf(path: string): string {
  return `${path}.lock`
}
