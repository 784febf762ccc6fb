import { SETTING_NAMES } from './names.ts'
import { SettingsError } from './settings-error.ts'

/** The variables of a process, or the bindings of a Worker. */
export type Env = Readonly<Record<string, unknown>>

type Texts = Readonly<Record<string, string>>

/** A blank list of keys is one whose variables were not there: taken for none, it would let everybody in. */
const NEVER_BLANK = new Set(['ERRAND_API_KEYS', 'ERRAND_CALLBACK_SECRETS'])

/** An empty variable is how shells and .env files say "not set". Bindings that are no text are not ours to read. */
export function givenIn(env: Env): Texts {
  return Object.fromEntries(
    textsIn(env).filter(([name, value]) => value !== '' && (value.trim() !== '' || NEVER_BLANK.has(name))),
  )
}

/** What an author's tools are handed: text variables that are no settings of Errand. */
export function authorsEnv(env: Env): Texts {
  return Object.fromEntries(textsIn(env).filter(([name]) => !SETTING_NAMES.has(name)))
}

/** Variables whose name says that their value is a secret. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD/i

export function secretsIn(env: Texts): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) => (SECRET_NAME.test(name) && value.length >= 8 ? [value] : []))
}

/**
 * @param problems a line each.
 * @throws {SettingsError} with them, and with each name that looks like a setting and is none.
 */
export function refuseProblems(given: Texts, problems: readonly string[]): void {
  const unknown = Object.keys(given).filter((name) => name.startsWith('ERRAND_') && !SETTING_NAMES.has(name))
  const all = [...problems, ...unknown.map((name) => `${name} is not a setting of Errand`)]
  if (all.length > 0) throw new SettingsError(['These settings are not valid:', ...all].join('\n  '))
}

function textsIn(env: Env): [string, string][] {
  return Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
}
