import type { CallOptions } from './call-options.ts'
import type { Transport } from './transport.ts'
import type { ApiKey, ApiKeyRequest, MadeApiKey } from './types.ts'

/** The API keys of the caller's tenant: `client.keys`. Needs the scope `admin`. Every method rejects with an `ErrandError`. */
export class KeyClient {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** All of them, revoked ones too, newest first. */
  async list({ signal }: CallOptions = {}): Promise<readonly ApiKey[]> {
    const call = { method: 'GET', path: '/keys', signal, repeatable: true } as const
    return (await this.#transport.json<{ readonly keys: readonly ApiKey[] }>(call, 'keys')).keys
  }

  /** Never repeated: a repeat would make another key. `secret` is shown this once. */
  create(request: ApiKeyRequest, { signal }: CallOptions = {}): Promise<MadeApiKey> {
    return this.#transport.json({ method: 'POST', path: '/keys', body: request, signal, repeatable: false }, 'secret')
  }

  revoke(id: string, { signal }: CallOptions = {}): Promise<ApiKey> {
    const path = `/keys/${encodeURIComponent(id)}/revoke`
    return this.#transport.json({ method: 'POST', path, signal, repeatable: true }, 'id')
  }
}
