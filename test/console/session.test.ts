import { expect, test } from 'vitest'
import { ListedModel } from '#test/support/script.ts'
import { consoleScene } from './console-scene.ts'

test('without keys the console is open on this machine, as the API is', async () => {
  const { browser } = consoleScene([], new ListedModel())
  const { status, html } = await browser().get('/console')
  expect(status).toBe(200)
  expect(html).toContain('there are no API keys')
})

test('with a key, a visitor signs in first and comes to the page that was wanted', async () => {
  const { app, browser } = consoleScene([], new ListedModel())
  const key = await app.key('acme')
  const visitor = browser()
  const sent = await visitor.get('/console?x=1')
  expect([sent.status, sent.to]).toEqual([303, '/console/sign-in?to=%3Fx%3D1'])
  const signedIn = await visitor.post('/console/sign-in', { key, to: '?x=1' })
  expect([signedIn.status, signedIn.to]).toEqual([303, '/console?x=1'])
  expect((await visitor.get('/console')).html).toContain('acme')
})
