import { Hono } from 'hono'
import type { ManageKeys } from '#application/tenant/manage-keys.ts'
import { KeyNotFoundError } from '#domain/tenant/errors.ts'
import { SCOPES } from '#domain/tenant/principal.ts'
import { type AppEnv, callerOf, tenantOf } from '../context.ts'
import { pathParameter } from '../openapi/path-parameter.ts'
import { BODY_ERRORS, type Route } from '../openapi/route.ts'
import type { Tag } from '../openapi/tags.ts'
import { readJson } from '../read-json.ts'
import { refuseIdempotencyKey } from '../request-headers.ts'
import type { Resource } from '../resource.ts'
import { keyView } from '../wire/key-views.ts'
import { KeyList, KeyRequest, KeyView, MadeKeyView } from '../wire/keys.ts'

export interface KeyResourceDeps {
  readonly manageKeys: Pick<ManageKeys, 'create' | 'list' | 'revokeOf'>
}

/** A tenant's own keys. Those of the setting `ERRAND_API_KEYS` are not among them. */
export function keyResource({ manageKeys }: KeyResourceDeps): Resource {
  const app = new Hono<AppEnv>()
    .get('/', async (c) => c.json({ keys: (await manageKeys.list(tenantOf(c))).map(keyView) }))
    .post('/', async (c) => {
      refuseIdempotencyKey(c, 'leave it out, and revoke a key whose answer was lost')
      const { name, scopes } = await readJson(c, KeyRequest)
      const wanted = SCOPES.filter((scope) => scopes.includes(scope))
      const { key, secret } = await manageKeys.create({ ...callerOf(c), name, scopes: wanted })
      c.header('cache-control', 'no-store')
      return c.json({ ...keyView(key), secret }, 201)
    })
    .post('/:id/revoke', async (c) => {
      const { tenantId, by } = callerOf(c)
      return c.json(keyView(await manageKeys.revokeOf(tenantId, c.req.param('id'), by)))
    })
  return { path: '/keys', routes: ROUTES, refusals: REFUSALS, app }
}

const KEYS: Tag = { name: 'keys', description: 'API keys of the tenant.' }

const KEY = '6f1d2c3b4a596877'

const KEY_ID = pathParameter('KeyId', /^[0-9a-f]{16}$/, { description: 'Public part of a key.', example: KEY })

const REFUSALS = { [`/keys/${KEY}/revoke`]: [new KeyNotFoundError(KEY)] }

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /': {
    id: 'listKeys',
    summary: 'The API keys of the tenant, without their secrets',
    scope: 'admin',
    tag: KEYS,
    answers: { 200: { description: 'All of them, revoked ones too, newest first.', schema: KeyList } },
  },
  'POST /': {
    id: 'createKey',
    summary: 'Make an API key',
    description:
      'The answer is the only one that has the secret, and each request makes another key, so an `Idempotency-Key` is refused. From the first key of an installation on, requests without one are refused.',
    scope: 'admin',
    tag: KEYS,
    body: KeyRequest,
    answers: { 201: { description: 'The key, and its secret.', schema: MadeKeyView, headers: ['cache-control'] } },
    errors: BODY_ERRORS,
  },
  'POST /{id}/revoke': {
    id: 'revokeKey',
    summary: 'Revoke an API key',
    description: 'Servers remember keys for ten seconds at most; then it is refused. Repeating it changes nothing.',
    scope: 'admin',
    tag: KEYS,
    path: { id: KEY_ID },
    answers: { 200: { description: 'The key, as it stands now.', schema: KeyView } },
    errors: ['key_not_found'],
  },
}
