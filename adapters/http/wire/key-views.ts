import type * as z from 'zod'
import type { ApiKey } from '#domain/tenant/principal.ts'
import { rfc3339 } from './common.ts'
import type { KeyView } from './keys.ts'

/** Never the hash: it is what a stolen database would be searched with. */
export function keyView(key: ApiKey): z.infer<typeof KeyView> {
  const { id, name, scopes, createdAt, createdBy, revokedAt, revokedBy } = key
  return {
    id,
    name,
    scopes: [...scopes],
    createdAt: rfc3339(createdAt),
    createdBy,
    revokedAt: revokedAt === null ? null : rfc3339(revokedAt),
    ...(revokedBy && { revokedBy }),
    links: { revoke: `/keys/${id}/revoke` },
  }
}
