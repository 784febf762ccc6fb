import { DatabaseSync } from 'node:sqlite'
import { makePrivateFile } from './data-directory.ts'
import { StartError } from '../process/start-error.ts'

/**
 * Holds the sole right to execute the jobs in a data directory, as long as this process lives.
 * An SQLite lock, because the operating system lets go of it even after `kill -9`, and no lock file is left to clean up.
 *
 * @throws {StartError} when another process holds it.
 */
export function lockDataDirectory(lockFile: string): () => void {
  makePrivateFile(lockFile)
  const db = new DatabaseSync(lockFile)
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    db.close()
    throw new StartError(
      `Another Errand server is using this data directory (${lockFile} is locked). Stop it, or set ERRAND_DATA_DIR to another directory.`,
      { cause },
    )
  }
  return () => {
    db.close()
  }
}
