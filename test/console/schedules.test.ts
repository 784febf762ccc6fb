import { expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { DEFAULT_TENANT } from '#domain/tenant/policy.ts'
import { ListedModel } from '#test/support/script.ts'
import { consoleScene } from './console-scene.ts'
import { HOSTILE, expectHarmless } from './hostile.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })
const PATH = '/console/schedules/cart:c1'

async function scene() {
  const made = consoleScene([writer], new ListedModel())
  const { app } = made
  const schedule = {
    agent: 'writer',
    input: { text: HOSTILE },
    when: { everySeconds: 900 },
    tags: [HOSTILE.slice(0, 64)],
  }
  await app.http.request('/schedules/cart:c1', {
    method: 'PUT',
    body: JSON.stringify(schedule),
    headers: { 'content-type': 'application/json' },
  })
  const show = async () => (await (await app.http.request('/schedules/cart:c1')).json()) as { status: string }
  return { ...made, show }
}

test('schedules are listed by filters in the address, and each shows its next fires', async () => {
  const { browser } = await scene()
  const list = await browser().get('/console/schedules?id_prefix=cart')
  expect(list.html).toContain('every 15 min')
  expect(list.html).toContain('value="cart"')
  expect((await browser().get('/console/schedules?status=paused')).html).toContain('There are no such schedules')
  const page = await browser().get(PATH)
  expect(page.html.match(/data-relative/g)?.length).toBeGreaterThan(10)
  for (const { html } of [list, page]) expectHarmless(html)
})

test('it is paused, resumed, run and deleted by forms, and its history says what came of that', async () => {
  const { app, browser, show } = await scene()
  const visitor = browser()
  expect((await visitor.post(`${PATH}/pause`, {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  await visitor.post(`${PATH}/pause`)
  expect(await show()).toMatchObject({ status: 'paused' })
  expect((await visitor.get(PATH)).html).toContain('a caller asked for that')
  await visitor.post(`${PATH}/resume`)
  const { to } = await visitor.post(`${PATH}/run`)
  expect(to).toBe('/console/schedules/cart%3Ac1')
  expect((await visitor.get(PATH)).html).toContain('It fires now. Its job is job_')
  await app.wakeSchedule(DEFAULT_TENANT, 'cart:c1')
  expect((await visitor.get(PATH)).html).toMatch(/submitted.*\/console\/jobs\/job_/s)
  await visitor.post(`${PATH}/delete`)
  expect(await show()).toMatchObject({ status: 'ended' })
  expect((await visitor.get(PATH)).html).not.toContain('Run now')
})

test('a key that may only read is offered nothing', async () => {
  const { app, signedIn } = await scene()
  await app.key('other')
  const reader = await signedIn(DEFAULT_TENANT, ['read'])
  expect((await reader.get(PATH)).html).not.toContain('Pause')
  expect((await reader.post(`${PATH}/pause`)).status).toBe(403)
})
