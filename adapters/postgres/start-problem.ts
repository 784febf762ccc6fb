import pg from 'pg'
import { NewerSchemaError, StatementError } from '#adapters/sql/schema.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import { isOutage } from './outage-retry.ts'
import { SCHEMA } from './pool.ts'

/**
 * What is wrong with an unusable database and how to fix it, for the operator. It holds no
 * password.
 */
export function startProblem(error: unknown, url: string): string {
  const cause = rootOf(error)
  if (cause instanceof NewerSchemaError) return cause.message
  const said = wordsOf(cause)
  const code = codeOf(cause)
  const names = namesIn(url)
  const advice = ADVICE[code]
  if (advice) return `${said}. ${advice(said, names)}`
  if (isOutage(cause))
    return /^[0-9A-Z]{5}$/.test(code)
      ? `the server at ${names.host} is not ready (${said}). Try again.`
      : `the server at ${names.host} cannot be reached (${said}). Start it, or correct the address.`
  if (error instanceof StatementError) return error.message
  if (/certificate|SSL/.test(said))
    return `${said}. Say in the URL how it is to be reached: sslmode=disable, or sslmode=verify-full and sslrootcert=<file>.`
  return `${said}. The log of the database may say more.`
}

interface Names {
  readonly host: string
  readonly database: string
  readonly role: string
}

/** By SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const ADVICE: Readonly<Record<string, (said: string, names: Names) => string>> = {
  '28P01': (_said, { role }) =>
    `Correct the name or the password in the URL, or make the role: CREATE ROLE ${role} LOGIN PASSWORD '…'.`,
  '28000': (said, { role }) => entryFor(said, role),
  '3D000': (_said, { database, role }) =>
    `Correct its name in the URL, or make it: CREATE DATABASE ${database} OWNER ${role}.`,
  // What Postgres says of a schema that is there and may not be used.
  '3F000': (_said, names) => rightFor(`permission denied for schema ${SCHEMA}`, names),
  '42501': rightFor,
  '25006': () => 'Name a server in the URL that may be written to, which is the primary.',
  '53300': () => 'Let it take more connections, of which each server holds up to ten, or end some of the others.',
}

/** The role is known and not let in, or is not known. */
function entryFor(said: string, role: string): string {
  if (/no encryption|SSL off/.test(said))
    return 'Ask for an encrypted connection: put ?sslmode=require at the end of the URL.'
  if (said.includes('not permitted to log in')) return `Let it: ALTER ROLE ${role} LOGIN.`
  return 'Make the role, or let it in from this machine in pg_hba.conf.'
}

/**
 * Postgres says in words alone what a right is missing for, and in the server's language; most need
 * the one to make our schemas.
 */
function rightFor(said: string, { database, role }: Names): string {
  if (said.includes('must be owner'))
    return 'Only the role that made it can change it: run "npx errand migrate" with that role in the URL, then start again.'
  const [, kind, name] = /permission denied for (schema|table|sequence|function) (\S+)/.exec(said) ?? []
  if (kind === 'schema' && name !== undefined)
    return `The right is missing: GRANT USAGE, CREATE ON SCHEMA ${name} TO ${role}.`
  if (kind !== undefined)
    return `The rights are missing: GRANT ALL ON ALL ${kind.toUpperCase()}S IN SCHEMA ${SCHEMA} TO ${role}.`
  if (said.includes('permission denied for database'))
    return `The right is missing: GRANT CONNECT, CREATE ON DATABASE ${database} TO ${role}.`
  return `Ask the owner of the database to let ${role} do that.`
}

/**
 * As the driver understands the URL, and with what it takes where that says nothing; as SQL has
 * them. The password stays where it is.
 */
function namesIn(url: string): Names {
  const { host, port, user = '', database = user } = new pg.Client({ connectionString: url })
  return { host: `${host}:${String(port)}`, role: quoted(user), database: quoted(database) }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/**
 * The words of the server, of the system or of the driver; of several addresses that were tried,
 * there is only a code.
 */
export function wordsOf(error: unknown): string {
  const cause = rootOf(error)
  const { message } = cause as { readonly message?: string }
  return message === undefined || message === '' ? codeOf(cause) || String(cause) : message
}

/** The error beneath the one that the retry or the migration threw. */
function rootOf(error: unknown): unknown {
  return error instanceof StorageUnavailableError || error instanceof StatementError ? rootOf(error.cause) : error
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
