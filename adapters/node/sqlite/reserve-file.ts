import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { freeBytesAt } from './data-directory.ts'

const CHUNK = Buffer.alloc(1_048_576)
const FILE_MODE = 0o600

/** A file that only takes up room on a disk, to be given up when the disk is full. */
export class ReserveFile {
  readonly #path: string
  readonly #bytes: number

  constructor(path: string, bytes: number) {
    this.#path = path
    this.#bytes = bytes
  }

  /**
   * Takes the room, unless it is held already. Returns false, and holds nothing, where the disk does
   * not have it and as much again, or the file cannot be reached.
   */
  take(): boolean {
    try {
      const missing = this.#bytes - (statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0)
      if (missing <= 0) return true
      const free = freeBytesAt(this.#path)
      if (free !== null && free < 2 * missing) return false
      append(this.#path, missing)
      return true
    } catch {
      this.release()
      return false
    }
  }

  release(): void {
    try {
      rmSync(this.#path, { force: true })
    } catch {
      // A directory that may not be changed: then the room is not to be had.
    }
  }
}

function append(path: string, bytes: number): void {
  const file = openSync(path, 'a', FILE_MODE)
  try {
    for (let left = bytes; left > 0;) left -= writeSync(file, CHUNK, 0, Math.min(left, CHUNK.length))
  } finally {
    closeSync(file)
  }
}
