import { StorageUnavailableError } from '#domain/errors.ts'
import { isOutage } from './patience.ts'
import { QUEUE_SCHEMA, SCHEMA } from './pool.ts'

/** What is wrong with a database that cannot be used, and what to do about it, for whoever starts the server. It holds no password. */
export function startProblem(error: unknown, url: string): string {
  const cause = rootOf(error)
  const said = wordsOf(cause)
  const { host, database, role } = namesIn(url)
  if (isOutage(cause)) return `the server at ${host} cannot be reached (${said}). Start it, or correct the address.`
  // https://www.postgresql.org/docs/current/errcodes-appendix.html
  switch (codeOf(cause)) {
    case '28P01':
      return `${said}. Correct the name or the password in the URL, or make the role: CREATE ROLE ${role} LOGIN PASSWORD '…'.`
    case '28000':
      return `${said}. Make the role, or let it in from this machine in pg_hba.conf.`
    case '3D000':
      return `${said}. Correct its name in the URL, or make it: CREATE DATABASE ${database} OWNER ${role}.`
    // What Postgres says of a schema that is there and may not be used.
    case '3F000':
      return `${said}. ${rightFor(`permission denied for schema ${SCHEMA}`, { database, role })}`
    case '42501':
      return `${said}. ${rightFor(said, { database, role })}`
    default:
      return said
  }
}

/** Postgres says in words alone what a right is missing for, and in the server's language; most need the one to make our schemas. */
function rightFor(said: string, { database, role }: { readonly database: string; readonly role: string }): string {
  if (said.includes('must be owner'))
    return 'Only the role that made it can change it: run "npm run migrate" with that role in the URL, then start again.'
  const [, kind, name] = /permission denied for (schema|table|sequence|function) (\S+)/.exec(said) ?? []
  if (kind === 'schema' && name !== undefined)
    return `The right is missing: GRANT USAGE, CREATE ON SCHEMA ${name} TO ${role}.`
  if (kind !== undefined)
    return `The rights are missing: GRANT ALL ON ALL ${kind.toUpperCase()}S IN SCHEMA ${SCHEMA}, ${QUEUE_SCHEMA} TO ${role}.`
  return `The right is missing: GRANT CONNECT, CREATE ON DATABASE ${database} TO ${role}.`
}

/** As SQL has them; the password stays where it is. */
function namesIn(url: string): { readonly host: string; readonly database: string; readonly role: string } {
  const { host, pathname, username } = new URL(url)
  const role = decodeURIComponent(username)
  return {
    host: host === '' ? 'localhost' : host,
    role: role === '' ? 'CURRENT_USER' : quoted(role),
    database: quoted(decodeURIComponent(pathname.slice(1)) || role),
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The words of the server, of the system or of the driver; of several addresses that were tried, there is only a code. */
export function wordsOf(error: unknown): string {
  const cause = rootOf(error)
  const { message } = cause as { readonly message?: string }
  return message === undefined || message === '' ? codeOf(cause) || String(cause) : message
}

/** Under what patience has made of it. */
function rootOf(error: unknown): unknown {
  return error instanceof StorageUnavailableError ? rootOf(error.cause) : error
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
