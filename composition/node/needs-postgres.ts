import { StartError, systemCode } from '#adapters/node/process/start-error.ts'

/** For an import of what speaks to Postgres, which is loaded late. @throws {StartError} where the package is missing. */
export function needsPostgres(cause: unknown): never {
  if (systemCode(cause) !== 'ERR_MODULE_NOT_FOUND') throw cause
  throw new StartError('ERRAND_DATABASE_URL needs the package "pg", which is not installed. Run: npm install pg', {
    cause,
  })
}
