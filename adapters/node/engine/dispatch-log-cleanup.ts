import { closeSync, openSync, readSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { HEADER_BYTES } from './dispatch-file.ts'
import { resultsOf } from './dispatch-results.ts'
import { takeFileLock } from '../sqlite/file-lock.ts'

/**
 * How many files of dead executors are kept. A server that is killed repeatedly may not have resumed all jobs of an
 * earlier one.
 */
const KEPT = 50

/**
 * Deletes files of dead executors that prove nothing any more, or are older than the last fifty. A file that is gone proves nothing, so
 * deleting one too many costs an answer and never the truth.
 */
export function removeOldLogs(directory: string, bootId: string): void {
  // Ids are in the order of time.
  const names = readdirSync(directory)
    .filter((name) => name.endsWith('.calls'))
    .sort()
  names.forEach((name, index) => {
    const path = join(directory, name)
    if (index >= names.length - KEPT && mentions(path, bootId)) return
    removeIfDead(path)
  })
}

function mentions(path: string, bootId: string): boolean {
  const header = Buffer.alloc(HEADER_BYTES)
  try {
    const fd = openSync(path, 'r')
    readSync(fd, header, 0, HEADER_BYTES, 0)
    closeSync(fd)
    return header.includes(bootId)
  } catch {
    return true
  }
}

function removeIfDead(path: string): void {
  const lock = `${path}.lock`
  try {
    const unlock = takeFileLock(lock)
    rmSync(path, { force: true })
    rmSync(resultsOf(path), { force: true })
    rmSync(lock, { force: true })
    unlock()
  } catch {
    // Its process lives, or it is not ours to delete.
  }
}
