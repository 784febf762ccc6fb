import { defineAgent } from '#domain/agent/agent.ts'
import type { CallbackMessage, CallbackOutcome, CallbackSender } from '#ports/callback-sender.ts'
import type { TestApp } from '#test/support/test-app.ts'

export const writer = defineAgent({ name: 'writer', instructions: '' })
export const callback = { url: 'https://shop.example.com/hook' }

/** A receiver that answers as it is told, and 204 when it is told nothing more. */
export class Receiver implements CallbackSender {
  readonly messages: CallbackMessage[] = []
  readonly outcomes: (number | string)[]

  constructor(...outcomes: (number | string)[]) {
    this.outcomes = outcomes
  }

  problemWith(url: string): string | null {
    return url.startsWith('https://') ? null : 'Only https.'
  }

  send(message: CallbackMessage): Promise<CallbackOutcome> {
    this.messages.push(message)
    const outcome = this.outcomes.shift() ?? 204
    return Promise.resolve(
      typeof outcome === 'number' ? { kind: 'answered', status: outcome } : { kind: 'unanswered', reason: outcome },
    )
  }
}

interface Log {
  readonly deliveries: readonly {
    readonly id: string
    readonly status: string
    readonly attemptCount: number
    readonly nextAttemptAt: string | null
    readonly attempts: readonly object[]
    readonly links: { readonly redeliver: string }
  }[]
}

/** A job of the writer that is done, and whose messages are due. */
export async function finished(app: TestApp, fields: object = { callback }): Promise<string> {
  const { id } = (await (await app.post('/jobs', { agent: 'writer', input: 1, ...fields })).json()) as { id: string }
  await app.execute(id)
  return id
}

export async function log(app: TestApp, id: string): Promise<Log['deliveries']> {
  return ((await (await app.http.request(`/jobs/${id}/deliveries`)).json()) as Log).deliveries
}
