import { expect, test } from 'vitest'
import { lines, scene } from './batch-scene.ts'
import { Receiver, callback } from './receiver.ts'

const DAY_MS = 24 * 3_600_000

interface Sent {
  readonly id: string
  readonly status: string
  readonly links: { readonly redeliver: string }
}

/** A finished batch whose callback was given up, at a receiver that answers now. */
async function givenUp() {
  const sender = new Receiver(...Array<number>(4).fill(503))
  const world = await scene({ sender, policy: { callbackSecrets: [`whsec_${'A'.repeat(40)}`] } })
  const { app, create, upload, post, workOff, json } = world
  const { id } = await create({ callback })
  await upload(id, 0, lines(1))
  await post(id, 'close')
  await workOff(id)
  for (let tries = 0; tries < 4; tries++) {
    await app.batches.wake(id)
    await app.clock.advance(DAY_MS)
  }
  const deliveries = async (): Promise<readonly Sent[]> =>
    ((await json(`/batches/${id}/deliveries`)) as { deliveries: Sent[] }).deliveries
  const [message] = await deliveries()
  if (!message) throw new Error('Nothing was sent.')
  const again = (path = message.links.redeliver) => app.post(path, '', {})
  const waiting = async (query = ''): Promise<readonly string[]> =>
    ((await json(`/batches?needs=callback${query}`)) as { batches: { id: string }[] }).batches.map((batch) => batch.id)
  return { ...world, id, sender, deliveries, message, again, waiting }
}

test('a callback of a batch that was given up is found, and sent again when that is asked for', async () => {
  const { app, create, id, sender, deliveries, message, again, waiting } = await givenUp()
  await create({ name: 'another' })
  expect(await deliveries()).toMatchObject([
    { event: 'batch.completed', status: 'failed', attemptCount: 4, nextAttemptAt: null, attempts: [{}, {}, {}, {}] },
  ])
  expect(await waiting()).toEqual([id])

  const answered = await again()
  expect([answered.status, await answered.json()]).toMatchObject([202, { deliveries: [{ status: 'pending' }] }])
  expect(await waiting()).toEqual([])
  await app.batches.wake(id)
  expect(await deliveries()).toMatchObject([{ id: message.id, status: 'delivered', attemptCount: 1 }])
  expect(new Set(sender.messages.map((sent) => sent.id + sent.body)).size).toBe(1)
  expect(sender.messages).toHaveLength(5)
  expect(await waiting()).toEqual([])
})

test('it is found again when its receiver is still down', async () => {
  const { app, id, sender, again, waiting } = await givenUp()
  sender.outcomes.push(...Array<string>(4).fill('No answer.'))
  await again()
  for (let tries = 0; tries < 4; tries++) {
    await app.batches.wake(id)
    await app.clock.advance(DAY_MS)
  }
  expect(await waiting('&page_size=1')).toEqual([id])
})

test('a redelivery that is repeated is one, and a flood of them is refused', async () => {
  const { app, id, sender, again } = await givenUp()
  for (let n = 0; n < 3; n++) expect((await again()).status).toBe(202)
  await app.batches.wake(id)
  expect(sender.messages).toHaveLength(5)
  const refused = await again()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10'])
  for (let n = 1; n < 100; n++) {
    await app.clock.advance(10_000)
    expect((await again()).status).toBe(202)
    await app.batches.wake(id)
  }
  await app.clock.advance(10_000)
  expect(await (await again()).json()).toMatchObject({ code: 'redelivery_limit' })
})

test('an unknown message, an unknown batch and the batch of another tenant are not found', async () => {
  const { app, id, message, again } = await givenUp()
  const unknown = await again(message.links.redeliver.replace(/_1\/redeliver$/, '_2/redeliver'))
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: 'delivery_not_found' }])
  const elsewhere = await again(message.links.redeliver.replace(id, 'bat_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'))
  expect([elsewhere.status, await elsewhere.json()]).toMatchObject([404, { code: 'batch_not_found' }])
  await app.key('default')
  const headers = { authorization: `Bearer ${await app.key('other')}` }
  const statuses = [
    await app.http.request(message.links.redeliver, { method: 'POST', headers }),
    await app.http.request(`/batches/${id}/deliveries`, { headers }),
  ].map(({ status }) => status)
  expect(statuses).toEqual([404, 404])
  expect(await (await app.http.request('/batches?needs=callback', { headers })).json()).toEqual({ batches: [] })
})

test('a key that may not read is shown no answers of the receiver', async () => {
  const { app, id, message } = await givenUp()
  const headers = { authorization: `Bearer ${await app.key('default', ['submit'])}` }
  const answered = await app.http.request(message.links.redeliver, { method: 'POST', headers })
  expect(((await answered.json()) as { deliveries: object[] }).deliveries).toEqual([
    expect.not.objectContaining({ attempts: expect.anything() as unknown }),
  ])
  expect((await app.http.request(`/batches/${id}/deliveries`, { headers })).status).toBe(403)
})
