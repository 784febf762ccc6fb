import { httpUrl } from '#adapters/web/http-url.ts'
import { MOST_PORT, problemWithKey, problemWithPostgresUrl, problemWithUrl, problemWithWholeNumber } from './checks.ts'
import { type Env, givenIn, refuseProblems } from './env.ts'

/** In the folder of the project. */
export const DEFAULT_DATA_DIR = './data'

/** Where a command finds a server, and its data. */
export interface CommandSettings {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  /** Of a Postgres that several servers may share; `null` for an SQLite file in the data directory, which is one server's. */
  readonly databaseUrl: string | null
  /** Where the CLI finds the server; `null` where no setting says so. */
  readonly serverUrl: string | null
  /** What the CLI proves itself with. */
  readonly apiKey: string | null
}

interface CommandValues {
  readonly ERRAND_HOST?: string | undefined
  readonly ERRAND_PORT?: number | undefined
  readonly ERRAND_DATA_DIR?: string | undefined
  readonly ERRAND_DATABASE_URL?: string | undefined
  readonly ERRAND_URL?: string | undefined
  readonly ERRAND_API_KEY?: string | undefined
}

export function commandSettings(values: CommandValues): CommandSettings {
  const { ERRAND_HOST: host = '127.0.0.1', ERRAND_PORT: port, ERRAND_DATA_DIR: dataDir = DEFAULT_DATA_DIR } = values
  return {
    host,
    port: port ?? 8787,
    dataDir,
    databaseUrl: values.ERRAND_DATABASE_URL ?? null,
    // Port 0 is any that is free, so it says nothing.
    serverUrl: values.ERRAND_URL ?? (port ? httpUrl(host, port) : null),
    apiKey: values.ERRAND_API_KEY ?? null,
  }
}

/** The same without schemas, which are half of what such a command would load. @throws {SettingsError} */
export function parseCommandSettings(env: Env): CommandSettings {
  const given = givenIn(env)
  const { ERRAND_URL: url, ERRAND_PORT: port } = given
  const apiKey = given['ERRAND_API_KEY']?.trim()
  const problems = [
    ...problemWith('ERRAND_DATABASE_URL', given['ERRAND_DATABASE_URL'], problemWithPostgresUrl),
    ...problemWith('ERRAND_URL', url, problemWithUrl),
    ...problemWith('ERRAND_PORT', port, (text) => problemWithWholeNumber(text, 0, MOST_PORT)),
    ...problemWith('ERRAND_API_KEY', apiKey, problemWithKey),
  ]
  refuseProblems(given, problems)
  return commandSettings({
    ...given,
    ERRAND_PORT: port === undefined ? undefined : Number(port),
    ERRAND_API_KEY: apiKey,
  })
}

/** Of a database, as it is written in its URL, and as it is. */
export function passwordsIn(databaseUrl: string | null): readonly string[] {
  const password = databaseUrl === null ? '' : new URL(databaseUrl).password
  return password === '' ? [] : [password, decodeURIComponent(password)]
}

function problemWith(name: string, text: string | undefined, check: (text: string) => string | null): string[] {
  const problem = text === undefined ? null : check(text)
  return problem === null ? [] : [`${name} ${problem}`]
}
