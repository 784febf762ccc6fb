import { type Command, InvalidArgumentError } from 'commander'
import type { MadeKey, MakeKey } from '#application/tenant/make-key.ts'
import type { ManageKeys } from '#application/tenant/manage-keys.ts'
import { CLI } from '#domain/tenant/actor.ts'
import { DEFAULT_TENANT } from '#domain/tenant/policy.ts'
import { type ApiKey, SCOPES, type Scope, problemWithScopes } from '#domain/tenant/principal.ts'
import { jsonText } from './json-text.ts'
import { CliError } from './server-call.ts'
import { withoutControls } from '#adapters/web/without-controls.ts'

/** What keys are stored in. */
export interface OpenKeys {
  readonly keys: ManageKeys
  /** Where they are, for people. */
  readonly place: string
  readonly close: () => Promise<void>
}

export interface KeyCommands {
  readonly openKeys: () => Promise<OpenKeys>
  /** For a key that is to be stored elsewhere. */
  readonly makeKey: Pick<MakeKey, 'execute'>
  readonly print: (text: string) => void
  readonly note: (text: string) => void
}

interface CreateOptions {
  readonly tenant: string
  readonly scopes: readonly Scope[]
  readonly name: string
  readonly setting: boolean
  readonly sql: boolean
}

/** Makes, lists and revokes the API keys in this machine's data directory. */
export function addKeyCommands(program: Command, { openKeys, makeKey, print, note }: KeyCommands): void {
  const manage = managing(openKeys)
  const keys = program.command('keys').description('make, list and revoke API keys')
  keys
    .command('create')
    .description('make a key and show it, once')
    .option('--tenant <name>', 'whose key it is', tenantName, DEFAULT_TENANT)
    .option('--scopes <list>', `what it may be used for: ${SCOPES.join(', ')}`, scopeList, SCOPES)
    .option('--name <text>', 'what you will know it by', '')
    .option('--setting', 'for a server elsewhere: print what ERRAND_API_KEYS must hold, and store nothing here', false)
    .option('--sql', 'for a server elsewhere: print the statement for its D1 database, and store nothing here', false)
    .action(async ({ tenant: tenantId, scopes, name, setting, sql }: CreateOptions) => {
      const elsewhere = setting || sql
      const wanted = { tenantId, scopes, name, by: CLI }
      const { key, secret, place }: MadeKey & { readonly place?: string } = elsewhere
        ? await makeKey.execute(wanted)
        : await manage(async (open) => ({ ...(await open.keys.create(wanted)), place: open.place }))
      note(`Key ${key.id} of tenant "${tenantId}" for ${scopes.join(', ')}. Keep it: it cannot be shown again.\n`)
      if (place !== undefined) note(`Its hash is stored in ${place}: the server there takes the key.\n`)
      // What is to be stored can be piped to where it belongs; the key itself is for the person.
      if (elsewhere) note(`${secret}\n`)
      print(`${setting ? entryOf(key) : sql ? insertOf(key) : secret}\n`)
    })
  keys
    .command('list')
    .description('list the keys, never the keys themselves')
    .option('--tenant <name>', 'of one tenant alone', tenantName)
    .option('--json', 'print them as JSON', false)
    .action(({ tenant, json }: { tenant?: string; json: boolean }) =>
      manage(async ({ keys: use, place }) => {
        const found = await use.list(tenant ?? null)
        if (json) print(jsonText(found.map(viewOf)))
        else for (const key of found) print(lineFor(key))
        if (found.length === 0 && !json) note(`There are no such keys in ${place}.\n`)
      }),
    )
  keys
    .command('revoke <id>')
    .description('a revoked key is refused from then on')
    .option('--sql', 'print the statement for the D1 database of a server elsewhere', false)
    .action(async (id: string, { sql }: { sql: boolean }) => {
      if (sql) {
        print(`${revocationOf(id)}\n`)
        return
      }
      const revoked = await manage(({ keys: use }) => use.revoke(id, CLI))
      if (!revoked) throw new CliError(`There is no key "${id}". List them with "errand keys list".`)
      note(`Key ${id} is revoked.\n`)
      if (revoked.wasLast)
        note(
          'It was the last key in this database: every request is refused now, unless ERRAND_API_KEYS holds one. Make one with "errand keys create".\n',
        )
    })
}

function managing(openKeys: KeyCommands['openKeys']) {
  return async <T>(work: (open: OpenKeys) => Promise<T>): Promise<T> => {
    const open = await openKeys()
    try {
      return await work(open)
    } finally {
      await open.close()
    }
  }
}

/** The key as the setting `ERRAND_API_KEYS` takes it. */
function entryOf({ id, tenantId, scopes, hash }: ApiKey): string {
  return `${id}:${tenantId}:${scopes.join('+')}:${hash}`
}

function insertOf({ format, id, tenantId, scopes, name, hash, createdAt, createdBy }: ApiKey): string {
  const texts = [id, tenantId, scopes.join(','), name, hash, JSON.stringify(createdBy)].map(quoted)
  const values = [String(format), ...texts, String(createdAt)].join(', ')
  return `INSERT INTO api_keys (format, id, tenant_id, scopes, name, hash, created_by, created_at) VALUES (${values});`
}

function revocationOf(id: string): string {
  const by = quoted(JSON.stringify(CLI))
  return `UPDATE api_keys SET revoked_at = unixepoch() * 1000, revoked_by = ${by} WHERE id = ${quoted(id)} AND revoked_at IS NULL;`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function viewOf({ id, tenantId, scopes, name, createdAt, revokedAt }: ApiKey): unknown {
  const revoked = revokedAt === null ? null : new Date(revokedAt).toISOString()
  return { id, tenantId, scopes, name, createdAt: new Date(createdAt).toISOString(), revokedAt: revoked }
}

function lineFor({ id, tenantId, scopes, name, createdAt, revokedAt }: ApiKey): string {
  const state = revokedAt === null ? 'active' : `revoked ${new Date(revokedAt).toISOString()}`
  const parts = [
    id,
    tenantId,
    scopes.join(','),
    new Date(createdAt).toISOString(),
    state,
    withoutControls(name).replaceAll(/[\t\n]/g, ' '),
  ]
  return `${parts.join('  ').trimEnd()}\n`
}

function tenantName(text: string): string {
  if (/^[\w.-]{1,64}$/.test(text)) return text
  throw new InvalidArgumentError('A tenant is 1 to 64 letters, digits, "_", "." or "-".')
}

function scopeList(text: string): readonly Scope[] {
  const names = text.split(',').map((name) => name.trim())
  const problem = problemWithScopes(names)
  if (problem === null) return SCOPES.filter((scope) => names.includes(scope))
  throw new InvalidArgumentError(problem)
}
