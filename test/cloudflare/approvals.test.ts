import { reset } from 'cloudflare:test'
import { exports } from 'cloudflare:workers'
import { afterAll, expect, test } from 'vitest'
import { eventually } from '#test/support/eventually.ts'

afterAll(() => reset())

interface Body {
  readonly id: string
  readonly status: string
  readonly code?: string
  readonly problems?: readonly string[]
  readonly waiting?: { readonly calls: readonly { readonly links: { readonly resolve: string } }[] }
}

async function ask(path: string, body?: unknown): Promise<Body> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return (await exports.default.fetch(`http://localhost${path}`, body === undefined ? {} : init)).json()
}

test('a changed input that does not fit the tool is refused by its object, place by place, and the call still waits', async () => {
  const cart = {
    email: 'anna@example.com',
    language: 'sv',
    items: [{ title: 'Mugg', quantity: 1 }],
    url: 'https://a.se/1',
  }
  const { id } = await ask('/jobs', { agent: 'cart-follow-up', input: cart })
  const resolve = await eventually(async () => {
    const { waiting } = await ask(`/jobs/${id}`)
    expect(waiting?.calls).toHaveLength(1)
    return waiting?.calls[0]?.links.resolve ?? ''
  })
  const input = { to: 'anna@example.com', subject: 'Hej', text: '' }
  const refused = await ask(resolve, { outcome: 'approved', input })
  expect(refused).toMatchObject({ code: 'invalid_input', problems: [expect.stringContaining('text: ') as string] })
  expect(await ask(`/jobs/${id}`)).toMatchObject({ status: 'waiting' })
  expect(await ask(resolve, { outcome: 'approved', input: { ...input, text: 'Hej!' } })).toMatchObject({ id })
  expect(await ask(`/jobs/${id}?wait=20`)).toMatchObject({ status: 'completed' })
})
