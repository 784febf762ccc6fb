import * as z from 'zod'
import { SCOPES } from '#domain/tenant/principal.ts'
import { ActorView } from './actor.ts'
import { timestamp } from './common.ts'
import { EXAMPLES } from './examples.ts'

const ID = '6f1d2c3b4a596877'

const KEY = {
  id: ID,
  name: 'importer',
  scopes: ['submit', 'read'],
  createdAt: '2026-11-23T09:00:00.000Z',
  createdBy: EXAMPLES.job.createdBy,
  revokedAt: null,
  links: { revoke: `/keys/${ID}/revoke` },
} as const

const scope = z.enum(SCOPES).meta({ id: 'Scope' })

const name = z.string().max(100)

export const KeyView = z
  .object({
    id: z.string().meta({ description: 'The public part of the key.', examples: [ID] }),
    name: z.string(),
    scopes: z.array(scope),
    createdAt: timestamp,
    createdBy: ActorView,
    revokedAt: timestamp.nullable(),
    revokedBy: ActorView.optional(),
    links: z.object({ revoke: z.string() }),
  })
  .meta({ id: 'ApiKey', examples: [KEY], description: 'An API key of the tenant, without its secret.' })

export const KeyList = z.object({ keys: z.array(KeyView) }).meta({ id: 'ApiKeyList', examples: [{ keys: [KEY] }] })

/** Body of `POST /keys`. */
export const KeyRequest = z
  .strictObject({
    name: name.default('').meta({ description: 'What people will know it by.' }),
    scopes: z.array(scope).min(1).max(SCOPES.length),
  })
  .meta({ id: 'ApiKeyRequest', examples: [{ name: 'importer', scopes: ['submit', 'read'] }] })

export const MadeKeyView = z
  .object({
    ...KeyView.shape,
    secret: z.string().meta({ description: 'The key itself. It is not stored, so it cannot be shown again.' }),
  })
  .meta({
    id: 'MadeApiKey',
    examples: [{ ...KEY, secret: `errand_${ID}_…` }],
    description: 'A new key with its secret.',
  })
