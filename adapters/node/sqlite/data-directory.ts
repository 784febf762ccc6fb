import { chmodSync, closeSync, mkdirSync, openSync, statSync, statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Only for the user that the server runs as: jobs hold what customers have sent. */
const DIRECTORY_MODE = 0o700
const FILE_MODE = 0o600

/** Makes a directory and what is missing above it. Step by step, for `recursive` never returns where nothing can be made, as below `/proc`. */
export function makeDirectory(path: string): void {
  const directory = resolve(path)
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return
  if (dirname(directory) !== directory) makeDirectory(dirname(directory))
  try {
    mkdirSync(directory, DIRECTORY_MODE)
  } catch (error) {
    // Another process may have been quicker.
    if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}

/** Makes a file that only this user may read, or an existing one so. SQLite gives the files beside it the same rights. */
export function makePrivateFile(path: string): void {
  closeSync(openSync(path, 'a', FILE_MODE))
  for (const suffix of ['', '-wal', '-shm']) {
    if (statSync(path + suffix, { throwIfNoEntry: false })) chmodSync(path + suffix, FILE_MODE)
  }
}

/**
 * Free bytes on the disk of a file, for this user. `null` where they are unknown: not a disk, or a runtime that does
 * not say.
 */
export function freeBytesAt(file: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(dirname(file))
    return bavail * bsize
  } catch {
    return null
  }
}
