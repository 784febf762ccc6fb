import type { ApiKey } from '#domain/tenant/principal.ts'
import type { ApiKeyStore } from '#ports/api-keys.ts'
import type { Clock } from '#ports/clock.ts'

/** How soon it is known that a second tenant has a key. */
const FRESH_MS = 10_000

export interface KnownTenantsDeps {
  /** From the settings. */
  readonly listed: readonly ApiKey[]
  readonly stored: Pick<ApiKeyStore, 'list'>
  readonly clock: Clock
}

/** The tenants that have a key, read again after ten seconds: every engine asks as often as it looks for work. */
export function knownTenants({ listed, stored, clock }: KnownTenantsDeps): () => Promise<readonly string[]> {
  let last: { readonly at: number; readonly tenants: Promise<readonly string[]> } | null = null
  const read = async (): Promise<readonly string[]> => [
    ...new Set([...listed, ...(await stored.list(null))].map(({ tenantId }) => tenantId)),
  ]
  return async () => {
    const age = last ? clock.monotonic() - last.at : FRESH_MS
    if (!last || age >= FRESH_MS) last = { at: clock.monotonic(), tenants: read() }
    const { tenants } = last
    try {
      return await tenants
    } catch (error) {
      last = null
      throw error
    }
  }
}
