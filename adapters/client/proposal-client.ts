import type { JsonValue } from '#domain/json/json.ts'
import type { CallOptions, DecisionOptions } from './call-options.ts'
import { searchOf } from './search.ts'
import type { Transport } from './transport.ts'
import type { Proposal, ProposalCounts, ProposalPage, ProposalQuery } from './types.ts'

/** What jobs write or propose to write: `client.proposals`. Every method rejects with an `ErrandError`, and is harmless to repeat. */
export class ProposalClient {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  get(id: string, { signal }: CallOptions = {}): Promise<Proposal> {
    return this.#transport.json({ method: 'GET', path: pathOf(id), signal, repeatable: true }, 'id')
  }

  /** Every proposal that fits, newest first, a page at a time. */
  async *list(query: ProposalQuery = {}, options: CallOptions = {}): AsyncGenerator<Proposal> {
    let token: string | undefined
    do {
      const page = await this.page({ ...query, ...(token !== undefined && { page_token: token }) }, options)
      yield* page.proposals
      token = page.next_page_token
    } while (token !== undefined)
  }

  page(query: ProposalQuery = {}, { signal }: CallOptions = {}): Promise<ProposalPage> {
    return this.#transport.json(
      { method: 'GET', path: `/proposals${searchOf(query)}`, signal, repeatable: true },
      'proposals',
    )
  }

  counts(
    query: Omit<ProposalQuery, 'page_size' | 'page_token'> = {},
    { signal }: CallOptions = {},
  ): Promise<ProposalCounts> {
    return this.#transport.json(
      {
        method: 'GET',
        path: `/proposals/counts${searchOf(query)}`,
        signal,
        repeatable: true,
      },
      'counts',
    )
  }

  /** @param edited has what to write in place of what was proposed. */
  approve(id: string, edited: { readonly after?: JsonValue } = {}, options: DecisionOptions = {}): Promise<Proposal> {
    return this.#post(`${pathOf(id)}/approve`, edited, options)
  }

  reject(id: string, why: { readonly reason?: string } = {}, options: DecisionOptions = {}): Promise<Proposal> {
    return this.#post(`${pathOf(id)}/reject`, why, options)
  }

  /** Carried out afterwards: `get` shows what became of it. */
  apply(id: string, options: DecisionOptions = {}): Promise<Proposal> {
    return this.#post(`${pathOf(id)}/apply`, undefined, options)
  }

  /** Carried out afterwards, too. */
  undo(id: string, options: DecisionOptions = {}): Promise<Proposal> {
    return this.#post(`${pathOf(id)}/undo`, undefined, options)
  }

  #post(path: string, body: object | undefined, { signal, version }: DecisionOptions): Promise<Proposal> {
    const headers = version !== undefined && { headers: { 'if-match': `"${String(version)}"` } }
    return this.#transport.json(
      { method: 'POST', path, ...headers, ...(body && { body }), signal, repeatable: true },
      'id',
    )
  }
}

function pathOf(id: string): string {
  return `/proposals/${encodeURIComponent(id)}`
}
