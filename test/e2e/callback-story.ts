import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { Webhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import type { CallbackServer } from '#test/support/callback-server.ts'
import { eventually } from '#test/support/eventually.ts'
import type { Caller, JobBody } from './caller.ts'

export const SECRETS = [
  'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
] as const
interface Log {
  readonly deliveries: readonly {
    readonly status: string
    readonly links: { readonly redeliver: string }
    readonly attempts: readonly { readonly status: number | null; readonly reason: string | null }[]
  }[]
}

/** A receiver that redirects and then takes its message, while the server is killed in between. */
export async function callbacks(acme: Caller, receiver: CallbackServer, restart: () => Promise<void>): Promise<void> {
  for (const url of ['http://127.0.0.1:9/', 'https://169.254.169.254/', 'https://localhost/', 'ftp://x/']) {
    strictEqual((await acme.submit('enamel-mug', { callback: { url } })).status, 400)
  }
  receiver.answerWith(302)
  const submitted = await acme.submit('enamel-mug', { callback: { url: receiver.url }, tags: ['called'] })
  const { id } = (await submitted.json()) as JobBody
  await receiver.received(1)
  await eventually(async () => {
    const { deliveries } = await acme.json<Log>('GET', `/jobs/${id}/deliveries`)
    deepStrictEqual(
      deliveries.map(({ attempts }) => attempts.map(({ status }) => status)),
      [[302]],
    )
  })
  await restart()
  const [first, last] = await receiver.received(2)
  ok(first && last)
  strictEqual(first.headers['webhook-id'], last.headers['webhook-id'])
  strictEqual(first.body, last.body)
  // Throws unless the signature holds.
  for (const secret of SECRETS) {
    for (const verifier of [new Webhook(secret), new SvixWebhook(secret)]) verifier.verify(last.body, last.headers)
  }
  const message = JSON.parse(last.body) as { readonly type: string; readonly data: { readonly jobId: string } }
  deepStrictEqual([message.type, message.data.jobId], ['job.completed', id])
  await eventually(async () => {
    const { deliveries } = await acme.json<Log>('GET', `/jobs/${id}/deliveries`)
    strictEqual(deliveries[0]?.status, 'delivered')
  })
  strictEqual(receiver.redirected, 0)
}

/** The tenant's own receiver says that it wants no more, and is called again when a message is asked for. */
export async function gone(caller: Caller, receiver: CallbackServer): Promise<void> {
  const told = async (status: string) => {
    const { id } = (await (await caller.submit('enamel-mug')).json()) as JobBody
    return eventually(async () => {
      const [message] = (await caller.json<Log>('GET', `/jobs/${id}/deliveries`)).deliveries
      strictEqual(message?.status, status)
      return message
    })
  }
  receiver.answerWith(410)
  deepStrictEqual((await told('gone')).attempts[0]?.status, 410)
  const silent = await told('gone')
  match(silent.attempts[0]?.reason ?? '', /^Not sent: /)
  strictEqual((await receiver.received(1)).length, 1)
  await caller.ask('POST', silent.links.redeliver)
  await receiver.received(2)
  await told('delivered')
  strictEqual((await receiver.received(3)).length, 3)
}
