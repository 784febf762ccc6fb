import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'

/**
 * A padded header, and then notes of equal length. No note lies across two pages, so an interrupted write damages no
 * other note.
 */
export const HEADER_BYTES = 512
export const NOTE_BYTES = 32

/** Whose notes they are. What is not exactly this is another file: a copy, of another machine or boot, or damaged. */
export interface DispatchFileOwner {
  readonly executorId: string
  readonly bootId: string
}

export function headerOf({ executorId, bootId }: DispatchFileOwner, fd: number): Buffer {
  const inode = String(fstatSync(fd, { bigint: true }).ino)
  const text = JSON.stringify({ format: 1, executorId, bootId, inode })
  return Buffer.from(text.padEnd(HEADER_BYTES, '\n'))
}

export function noteOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

/** The notes in a file of `owner`, in hexadecimal; `null` where it is not whole, or not theirs. */
export function readDispatchFile(path: string, owner: DispatchFileOwner): ReadonlySet<string> | null {
  let fd: number | null = null
  try {
    fd = openSync(path, 'r')
    const bytes = readFileSync(fd)
    if (!bytes.subarray(0, HEADER_BYTES).equals(headerOf(owner, fd))) return null
    return notesIn(bytes.subarray(HEADER_BYTES))
  } catch {
    return null
  } finally {
    if (fd !== null) closeSync(fd)
  }
}

/** A note that was cut off at the end is of a call that was not made. */
function notesIn(bytes: Buffer): ReadonlySet<string> {
  const notes = new Set<string>()
  for (let at = 0; at + NOTE_BYTES <= bytes.length; at += NOTE_BYTES) {
    notes.add(bytes.toString('hex', at, at + NOTE_BYTES))
  }
  return notes
}
