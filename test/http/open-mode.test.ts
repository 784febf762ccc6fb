import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import type { TestAppOptions } from '#test/support/test-app-options.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })
const EVIL = 'https://evil.example.com'
const SHOP = 'https://shop.example.com'

/** An app with a job, and what it answers to requests with these headers. */
async function scene(options: TestAppOptions = {}) {
  const app = testApp([writer], new ListedModel(), options)
  const submitted = await app.post('/jobs', { agent: 'writer', input: 1 })
  const { id } = (await submitted.json()) as { id: string }
  const ask = async (method: string, path: string, headers: Record<string, string>) => {
    const response = await app.http.request(path.replace('{id}', id), { method, headers })
    const body = response.status === 204 ? {} : ((await response.json()) as { code?: string; detail?: string })
    return [response.status, body.code, body.detail] as const
  }
  return { app, ask }
}

const WRITES = [
  ['POST', '/jobs/{id}/cancel'],
  ['POST', '/jobs/{id}/retry'],
  ['POST', '/jobs'],
  ['POST', '/run'],
  ['POST', '/operations'],
  ['DELETE', '/jobs/{id}'],
  ['GET', '/jobs'],
] as const

describe('without keys, a page of another origin', () => {
  const pages: Record<string, Record<string, string>> = {
    'a page elsewhere': { 'sec-fetch-site': 'cross-site', origin: EVIL },
    'a page elsewhere, in a browser without Fetch metadata': { origin: EVIL },
    'a page elsewhere that hides its origin': { 'sec-fetch-site': 'cross-site' },
    'a sandboxed frame': { origin: 'null' },
    'another port of this machine': { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' },
    'the same name over https': { origin: 'https://localhost' },
  }
  test.each(Object.entries(pages))('can do nothing: %s', async (_name, headers) => {
    const { ask } = await scene()
    for (const [method, path] of WRITES) {
      const [status, code, detail] = await ask(method, path, headers)
      expect([status, code]).toEqual([403, 'forbidden'])
      expect(detail).toMatch(/no page of another origin .* (?:Origin|Sec-Fetch-Site) is "/)
    }
  })

  test.each([
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'Multipart/Form-Data; boundary=x',
  ])('can send no form of the type %s, where a browser says nothing of the page', async (type) => {
    const { ask } = await scene()
    for (const [method, path] of WRITES.filter(([method]) => method === 'POST'))
      expect((await ask(method, path, { 'content-type': type })).slice(0, 2)).toEqual([415, 'unsupported_media_type'])
  })

  test('may where it is named, and `*` names none', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: SHOP }
    expect((await (await scene({ corsOrigins: [SHOP] })).ask('POST', '/jobs/{id}/cancel', headers))[0]).toBe(200)
    expect((await (await scene({ corsOrigins: ['*'] })).ask('POST', '/jobs/{id}/cancel', headers))[0]).toBe(403)
    const star = { ...headers, origin: '*' }
    expect((await (await scene({ corsOrigins: ['*'] })).ask('POST', '/jobs/{id}/cancel', star))[0]).toBe(403)
  })

  test.each<Record<string, string>>([
    {},
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin', origin: 'http://localhost' },
    { 'content-type': 'application/json' },
  ])('is not what this is: %j', async (headers) => {
    expect((await (await scene()).ask('POST', '/jobs/{id}/cancel', headers))[0]).toBe(200)
  })

  test('is nothing to fear where its key says who is asking', async () => {
    const { app, ask } = await scene({ corsOrigins: ['*'] })
    const authorization = `Bearer ${await app.key('default')}`
    const headers = { authorization, 'sec-fetch-site': 'cross-site', origin: EVIL }
    expect((await ask('POST', '/jobs/{id}/cancel', headers))[0]).toBe(200)
  })
})

describe('without keys, what comes from elsewhere', () => {
  test.each(['203.0.113.7', '::ffff:10.0.0.1', '127.0.0.1.example.com'])(
    'is refused by its address: %s',
    async (peer) => {
      const app = testApp([writer], new ListedModel(), { peer })
      const response = await app.http.request('/jobs')
      expect([response.status, await response.json()]).toMatchObject([421, { code: 'misdirected_request' }])
    },
  )

  test.each(['http://evil.example.com/jobs', 'http://localhost.example.com/jobs', 'http://10.0.0.1/jobs'])(
    'is refused by the name that it calls: %s',
    async (url) => {
      const app = testApp([writer], new ListedModel(), { peer: '127.0.0.1' })
      const response = await app.http.request(url)
      expect([response.status, await response.json()]).toMatchObject([421, { code: 'misdirected_request' }])
    },
  )
})

describe('without keys, what a proxy passes on', () => {
  test.each([
    'Forwarded',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'X-Forwarded-Prefix',
    'X-Real-IP',
    'Via',
    'True-Client-IP',
    'CF-Ray',
    'CF-IPCountry',
    'CDN-Loop',
  ])('is refused by its %s, which the sentence names', async (name) => {
    const { app, ask } = await scene()
    const [status, code, detail] = await ask('GET', '/jobs', { [name]: '127.0.0.1' })
    expect([status, code]).toEqual([421, 'misdirected_request'])
    expect(detail).toContain(`the header "${name.toLowerCase()}" says that this one came through a proxy`)
    const authorization = `Bearer ${await app.key('default')}`
    expect((await ask('GET', '/jobs', { [name]: '127.0.0.1', authorization }))[0]).toBe(200)
  })

  test('may see whether the service is up', async () => {
    expect((await (await scene()).ask('GET', '/healthz', { via: '1.1 proxy', origin: EVIL }))[0]).toBe(200)
  })
})
