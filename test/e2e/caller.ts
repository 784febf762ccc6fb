import { checkContract } from '#test/support/contract-check.ts'
import type { ServerProcess } from '#test/support/server-process.ts'

export interface JobBody {
  readonly id: string
  readonly status: string
}

type Headers = Readonly<Record<string, string>>

/** A caller of a real server, every answer to whom is held against the published contract. */
export class Caller {
  readonly #server: () => ServerProcess
  readonly #key: string

  constructor(server: () => ServerProcess, key: string) {
    this.#server = server
    this.#key = key
  }

  async ask(
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Headers } = {},
  ): Promise<Response> {
    const response = await fetch(this.#server().url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    await checkContract(method, path, response)
    return response
  }

  async json<T>(method: string, path: string, more: { body?: unknown; headers?: Headers } = {}): Promise<T> {
    return (await (await this.ask(method, path, more)).json()) as T
  }

  async submit(product: string, fields: object = {}, headers: Headers = {}): Promise<Response> {
    const body = { agent: 'draft-writer', input: { product }, ...fields }
    return this.ask('POST', '/jobs', { body, headers })
  }

  async total(query: string): Promise<number> {
    return (await this.json<{ total: number }>('GET', `/jobs/counts${query}`)).total
  }
}
