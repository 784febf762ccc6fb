import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { verifyCallback } from '#adapters/client/callback.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { DEFAULT_TENANT } from '#domain/tenant/policy.ts'
import { nodeCallbackSender } from '../node/callbacks.ts'
import type { NodeSettings } from '../settings/settings.ts'
import type { Finding } from './finding.ts'

/** A callback from this process to itself. It is signed and sent as by a server, and verified as by a receiver. */
export async function callbackFinding({ tenants }: Pick<NodeSettings, 'tenants'>): Promise<Finding> {
  const { callbackSecrets: secrets } = tenants.get(DEFAULT_TENANT)
  if (secrets.length === 0)
    return { topic: 'callback', result: 'note', text: 'ERRAND_CALLBACK_SECRETS is not set, so no job can call back' }
  try {
    await callMyself(secrets)
    return { topic: 'callback', result: 'ok', text: 'one came back to this process, and its signature holds' }
  } catch (error) {
    return { topic: 'callback', result: 'FAIL', text: error instanceof Error ? error.message : String(error) }
  }
}

/** @throws {Error} when the message does not come, or is not genuine. */
async function callMyself(secrets: readonly string[]): Promise<void> {
  const arrived = Promise.withResolvers<Pick<IncomingMessage, 'headers'> & { readonly body: string }>()
  const receiver = createServer((request, response) => {
    void text(request).then((body) => {
      arrived.resolve({ headers: request.headers, body })
      response.writeHead(204).end()
    }, arrived.reject)
  })
  try {
    receiver.listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    const host = `127.0.0.1:${String((receiver.address() as AddressInfo).port)}`
    const sender = nodeCallbackSender({ callbackHosts: [host] }, new SystemClock())
    const message = { tenantId: DEFAULT_TENANT, url: `http://${host}/`, id: randomUUID(), at: Date.now(), body: '{}' }
    const outcome = await sender.send({ ...message, secrets }, new AbortController().signal)
    if (outcome.kind === 'unanswered') throw new Error(outcome.reason)
    await verifyCallback({ ...(await arrived.promise), secrets })
  } finally {
    receiver.closeAllConnections()
    receiver.close()
  }
}
