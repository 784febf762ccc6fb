import { DatabaseSync } from 'node:sqlite'

/**
 * Takes a file for as long as this process lives, and returns what lets go of it.
 * An SQLite lock, because the operating system lets go of it even after `kill -9`, and no lock file is left to clean up.
 * @throws when another process has it, or the file cannot be made.
 */
export function takeFileLock(path: string): () => void {
  const db = new DatabaseSync(path)
  try {
    // In memory: nothing is ever written, and a journal beside it would be one more file.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    throw error
  }
  let held = true
  return () => {
    if (held) db.close()
    held = false
  }
}
