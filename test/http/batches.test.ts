import { describe, expect, test } from 'vitest'
import { type BatchBody, line, lines, scene } from './batch-scene.ts'
import { Receiver, callback } from './receiver.ts'

const counts = (fields: Record<string, number>) => ({
  ...{ pending: 0, running: 0, completed: 0, failed: 0, canceled: 0, skipped: 0 },
  ...fields,
})

describe('a batch', () => {
  test('takes items in pieces, does them in its window, and has their results in order', async () => {
    const { create, upload, get, post, workOff, results } = await scene()
    const { id, status } = await create({ maxConcurrency: 3 })
    expect(status).toBe('open')
    expect(await (await upload(id, 0, lines(4))).json()).toEqual({ accepted: 4, next: 4, invalid: [], invalidCount: 0 })
    const more = line('sku-5') + line('sku-6')
    expect(await (await upload(id, 4, more)).json()).toMatchObject({ accepted: 2, next: 6 })
    expect((await post(id, 'close')).body.status).toBe('running')
    expect(await workOff(id)).toBe(3)
    expect(await get(id)).toMatchObject({ status: 'completed', next: 6, counts: counts({ completed: 6 }) })
    const all = await results(id)
    expect(all.map(({ line: number, key, output }) => [number, key, output])).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => [n, `sku-${String(n)}`, `done sku-${String(n)}`]),
    )
    expect((await results(id, '?after=4')).map(({ line: number }) => number)).toEqual([5, 6])
  })

  test('says which answers may not be whole: in its results, its items, its totals and its callback', async () => {
    const sender = new Receiver()
    const world = await scene({ sender, policy: { callbackSecrets: [`whsec_${'A'.repeat(40)}`] } })
    const { create, upload, get, json, post, workOff, results } = world
    const { id } = await create({ callback })
    await upload(id, 0, line('sku-1') + line('endless-2') + line('broken-3'))
    await post(id, 'close')
    await workOff(id)
    expect(await results(id)).toMatchObject([
      { stopReason: 'finished' },
      { stopReason: 'length' },
      { status: 'failed' },
    ])
    expect((await results(id))[2]).not.toHaveProperty('stopReason')
    expect(await json(`/batches/${id}/items`)).toMatchObject({
      items: [{ stopReason: 'finished' }, { stopReason: 'length' }, { stopReason: null }],
    })
    expect(await get(id)).toMatchObject({ counts: { completed: 2 }, earlyStops: 1 })
    await world.app.batches.wake(id)
    expect(sender.messages.map(({ body }) => JSON.parse(body) as object)).toMatchObject([{ data: { earlyStops: 1 } }])
  })

  test('an upload that goes on from elsewhere than the end gets 409 with the right place', async () => {
    const { create, upload } = await scene()
    const { id } = await create()
    await upload(id, 0, lines(3))
    const repeated = await upload(id, 0, lines(3))
    expect(repeated.status).toBe(409)
    expect(await repeated.json()).toMatchObject({ code: 'upload_conflict', next: 3 })
    expect((await upload(id, 4, lines(1))).status).toBe(409)
  })

  test('an upload beyond the lines that its tenant may have gets 429, until a batch is over', async () => {
    const { create, upload, post, workOff, app } = await scene({ policy: { maxBatchItems: 5 } })
    const [first, second] = [await create(), await create()]
    await upload(first.id, 0, lines(4))
    const refused = await upload(second.id, 0, lines(2))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30'])
    expect(await refused.json()).toMatchObject({ code: 'too_many_items', retryable: true })
    await post(first.id, 'close')
    await workOff(first.id)
    await app.clock.advance(5000)
    expect((await upload(second.id, 0, lines(2))).status).toBe(200)
  })

  test('lines that cannot be items are failed items, with their numbers', async () => {
    const { create, upload, get } = await scene()
    const { id } = await create()
    const bad = ['{"input": {"sku": "a"}', '', '{"sku": "a"}', '{"input": {"sku": 7}}', '[]', line('sku-1').trim()]
    const body = `${line('sku-1')}${bad.join('\n')}\r\n${line('sku-2').trim()}`
    const said = (await (await upload(id, 0, body)).json()) as { invalid: { line: number; code: string }[] }
    expect(said).toMatchObject({ accepted: 2, next: 8, invalidCount: 6 })
    expect(said.invalid.map((one) => [one.line, one.code])).toEqual([
      [2, 'malformed_json'],
      [3, 'malformed_json'],
      [4, 'invalid_request'],
      [5, 'invalid_input'],
      [6, 'invalid_request'],
      [7, 'duplicate_key'],
    ])
    expect((await get(id)).counts).toMatchObject({ failed: 6 })
  })

  test('a line with a misspelt member says which was meant', async () => {
    const { create, upload } = await scene()
    const { id } = await create()
    const said: unknown = await (await upload(id, 0, '{"inputs": {"sku": "a"}}\n')).json()
    expect(said).toMatchObject({ invalid: [{ detail: expect.stringContaining('Did you mean "input"?') as string }] })
  })

  test('a key of an earlier upload is taken too', async () => {
    const { create, upload } = await scene()
    const { id } = await create({ itemKey: 'sku' })
    await upload(id, 0, '{"input": {"sku": "a"}}\n')
    const said: unknown = await (await upload(id, 1, line('a'))).json()
    expect(said).toMatchObject({ accepted: 0, invalid: [{ line: 2, detail: 'Line 1 has the key "a" already.' }] })
  })

  test('a closed batch takes no lines', async () => {
    const { create, upload, post } = await scene()
    const { id } = await create()
    await post(id, 'close')
    const refused = await upload(id, 0, lines(1))
    expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'batch_closed' }])
  })

  test('items in the body of the batch are added, and close it; a repeat under its key changes nothing', async () => {
    const { app, get, workOff } = await scene()
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'k' }
    const body = { agent: 'writer', items: [{ input: { sku: 'sku-1' } }, { input: { sku: 'sku-2' } }] }
    const first = (await (await app.post('/batches', body, headers)).json()) as BatchBody
    expect(first).toMatchObject({ status: 'running', next: 2 })
    await workOff(first.id)
    const again = await app.post('/batches', body, headers)
    expect([again.headers.get('idempotency-replayed'), ((await again.json()) as BatchBody).id]).toEqual([
      'true',
      first.id,
    ])
    expect((await get(first.id)).counts).toEqual(counts({ completed: 2 }))
    expect((await app.post('/batches', { ...body, items: body.items.slice(1) }, headers)).status).toBe(422)
  })

  test('pauses and goes on', async () => {
    const { create, upload, get, post, running, workOff } = await scene()
    const { id } = await create({ maxConcurrency: 2 })
    expect((await post(id, 'pause')).body.status).toBe('paused')
    await upload(id, 0, lines(3))
    await post(id, 'close')
    await workOff(id)
    expect(await running(id)).toEqual([])
    expect((await get(id)).counts).toEqual(counts({ pending: 3 }))
    expect((await post(id, 'resume')).body.status).toBe('running')
    await workOff(id)
    await workOff(id)
    expect(await get(id)).toMatchObject({ status: 'completed', counts: counts({ completed: 3 }) })
  })

  test('that is canceled cancels its jobs and begins no more', async () => {
    const { app, create, upload, get, post, running } = await scene()
    const { id } = await create({ maxConcurrency: 2 })
    await upload(id, 0, lines(5))
    await app.batches.rest()
    expect(await running(id)).toHaveLength(2)
    expect((await post(id, 'cancel')).body.status).toBe('canceled')
    await app.batches.wake(id)
    await app.batches.wake(id)
    expect(await get(id)).toMatchObject({
      status: 'canceled',
      counts: counts({ canceled: 5 }),
      finishedAt: expect.any(String) as string,
    })
    expect((await upload(id, 5, lines(1))).status).toBe(409)
    expect((await post(id, 'cancel')).status).toBe(200)
    expect((await post(id, 'resume')).body.code).toBe('batch_finished')
  })

  test('stops when too many items have failed, and does them and the rest again when asked', async () => {
    const { create, upload, get, post, workOff } = await scene()
    const { id } = await create({ maxConcurrency: 1, stopOnFailures: { count: 2 } })
    const broken = ['broken-1', 'broken-2', 'sku-3', 'sku-4'].map((sku) => line(sku)).join('')
    await upload(id, 0, broken)
    expect((await post(id, 'retry-failed')).body.code).toBe('batch_not_finished')
    await post(id, 'close')
    await workOff(id)
    await workOff(id)
    await workOff(id)
    expect(await get(id)).toMatchObject({ status: 'stopped', counts: counts({ failed: 2, canceled: 2 }) })
    expect((await post(id, 'retry-failed')).body.status).toBe('running')
  })

  test('skips what has been done before, in any batch of its tenant', async () => {
    const { create, upload, get, post, workOff, results } = await scene()
    const first = await create({ skipUnchanged: true })
    await upload(first.id, 0, lines(2))
    await post(first.id, 'close')
    await workOff(first.id)
    const second = await create({ skipUnchanged: true })
    await upload(second.id, 0, lines(1) + line('sku-9') + line('sku-2', { source: 'v2' }))
    await post(second.id, 'close')
    await workOff(second.id)
    expect((await get(second.id)).counts).toEqual(counts({ skipped: 1, completed: 2 }))
    const [skipped] = await results(second.id)
    const [done] = await results(first.id)
    expect(skipped).toMatchObject({ status: 'skipped', jobId: done?.['jobId'], output: 'done sku-1' })
  })
})
