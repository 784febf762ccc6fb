import { systemCode } from '../process/start-error.ts'

const ELSEWHERE = 'set ERRAND_DATA_DIR to another directory'

/** By SQLite's words, or the system's name for it. `file` is the database, `directory` where it is. */
const ADVICE: readonly (readonly [RegExp, (file: string, directory: string, said: string) => string])[] = [
  [
    /file is not a database/,
    (file) =>
      `${file} is not an SQLite database: another program wrote it, or it is damaged. Move it away, or ${ELSEWHERE}.`,
  ],
  [
    /disk image is malformed/,
    (file) => `${file} is damaged. Restore it from a backup, or move it away to begin with an empty one.`,
  ],
  [
    /disk is full|ENOSPC|EDQUOT/,
    (_file, directory) => `There is no room on the disk of "${directory}". Make room there, or ${ELSEWHERE}.`,
  ],
  [
    /EACCES|EPERM|EROFS|readonly database/,
    (file, directory, said) =>
      `This user may not write to ${file} or its directory "${directory}" (${said}). Give it the right to, or ${ELSEWHERE}.`,
  ],
  [
    /ENOTDIR|EEXIST/,
    (_file, directory, said) =>
      `"${directory}" leads through a file and is no directory (${said}). Correct ERRAND_DATA_DIR.`,
  ],
  [
    /ENOENT|EINVAL|ENAMETOOLONG|ELOOP/,
    (_file, directory, said) => `No directory can be made at "${directory}" (${said}). Correct ERRAND_DATA_DIR.`,
  ],
  [/is locked/, (file) => `${file} is in use by another program. Stop that, or ${ELSEWHERE}.`],
]

/** One sentence: which file, what is wrong with it, and what to do. */
export function dataProblem(error: unknown, file: string, directory: string): string {
  const message = error instanceof Error ? error.message : ''
  const code = systemCode(error)
  const said = code === 'ERR_SQLITE_ERROR' ? message : code
  const advice = ADVICE.find(([pattern]) => pattern.test(message) || pattern.test(code))?.[1]
  return advice?.(file, directory, said) ?? `The database ${file} cannot be used (${said}). Mend that, or ${ELSEWHERE}.`
}
