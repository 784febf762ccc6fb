// The neighbour: the same turn, durable, by hand and without any library, as a sensible person would write it in an evening.
// No lists, no keys, no cancel, no retries, no limits, no callbacks, no deletion.

import { DurableObject } from 'cloudflare:workers'

interface Env {
  readonly JOB: DurableObjectNamespace<Job>
  readonly BENCH_MODEL_URL: string
}

interface ToolCall {
  readonly id: string
  readonly function: { readonly name: string; readonly arguments: string }
}

interface Completion {
  readonly choices: readonly [
    { readonly message: { readonly content: string | null; readonly tool_calls?: readonly ToolCall[] } },
  ]
}

const parameters = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] }
const tools = [{ type: 'function', function: { name: 'lookup', parameters } }]

/** One object a job, one row a step. */
export class Job extends DurableObject<Env> {
  readonly #sql = this.ctx.storage.sql

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sql.exec('CREATE TABLE IF NOT EXISTS steps (name TEXT PRIMARY KEY, result TEXT NOT NULL) WITHOUT ROWID')
  }

  async submit(input: string): Promise<void> {
    this.#keep('input', input)
    await this.ctx.storage.setAlarm(Date.now())
  }

  status(): Promise<{ status: string; output?: unknown }> {
    const output = this.#kept('output')
    return Promise.resolve(output === undefined ? { status: 'running' } : { status: 'completed', output })
  }

  /** Comes again when it fails or dies; what is kept is not done again. */
  override async alarm(): Promise<void> {
    const messages: unknown[] = [
      { role: 'system', content: 'Use the tool.' },
      { role: 'user', content: this.#kept('input') },
    ]
    for (let turn = 0; ; turn++) {
      const ask = { model: 'fake', messages, tools }
      const { choices } = (await this.#step(`model ${String(turn)}`, '/v1/chat/completions', ask)) as Completion
      const { message } = choices[0]
      messages.push(message)
      if (!message.tool_calls) {
        this.#keep('output', message.content)
        return
      }
      for (const { id, function: call } of message.tool_calls) {
        const result = await this.#step(`tool ${id}`, '/tool', JSON.parse(call.arguments))
        messages.push({ role: 'tool', tool_call_id: id, content: JSON.stringify(result) })
      }
    }
  }

  async #step(name: string, path: string, body: unknown): Promise<unknown> {
    const kept = this.#kept(name)
    if (kept !== undefined) return kept
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const result = await (await fetch(this.env.BENCH_MODEL_URL + path, init)).json()
    this.#keep(name, result)
    return result
  }

  #keep(name: string, result: unknown): void {
    this.#sql.exec('INSERT INTO steps (name, result) VALUES (?, ?)', name, JSON.stringify(result))
  }

  #kept(name: string): unknown {
    const [row] = this.#sql.exec<{ result: string }>('SELECT result FROM steps WHERE name = ?', name)
    return row && JSON.parse(row.result)
  }
}

export default {
  async fetch(request: Request, { JOB }: Env): Promise<Response> {
    const [, , id] = new URL(request.url).pathname.split('/')
    if (request.method === 'POST') {
      const { input } = await request.json<{ input: string }>()
      const created = crypto.randomUUID()
      await JOB.getByName(created).submit(input)
      return Response.json({ id: created, status: 'queued' }, { status: 202 })
    }
    return Response.json(id ? await (JOB.getByName(id).status() as Promise<unknown>) : { status: 'up' })
  },
}
