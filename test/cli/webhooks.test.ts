import { afterEach, describe, expect, test, vi } from 'vitest'
import { Command } from 'commander'
import { addWebhookCommands } from '#adapters/cli/webhooks.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { submit, unschedule } from '#domain/webhook/action.ts'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import { event, openWebhook } from '#test/support/webhook-scene.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

const shop = openWebhook({
  filter: ({ topic }) => (topic === 'products/update' ? 'our own write' : null),
  handle: ({ topic, payload }) => {
    if (topic === 'orders/delete') throw new Error('orders are not deleted')
    return topic === 'carts/update' ? [] : [submit('writer', payload), unschedule('cart:1')]
  },
})

/** `errand webhooks` of a server that has received these events, a second apart. */
async function scene(topics: readonly string[], webhooks = [shop]) {
  const app = testApp([defineAgent({ name: 'writer', instructions: '' })], new ListedModel(), { webhooks })
  for (const [n, topic] of topics.entries()) {
    await app.post('/webhooks/shop', event({ eventId: `e-${String(n)}`, topic, metadata: { shop: 'acme' } }))
    await app.clock.advance(1000)
  }
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => app.http.request(url.replace('http://errand', ''), init))
  const errand = async (...args: readonly string[]) => {
    const said = { out: '', notes: '' }
    const program = new Command().exitOverride()
    addWebhookCommands(program, {
      server: () => ({ serverUrl: 'http://errand', apiKey: null }),
      print: (text) => (said.out += text),
      note: (text) => (said.notes += text),
      signal: new AbortController().signal,
    })
    await program.parseAsync(['webhooks', ...args], { from: 'user' })
    return said
  }
  const firstId = async (): Promise<string> => {
    const [first] = JSON.parse((await errand('events', 'shop', '--json')).out) as { id: string }[]
    return first?.id ?? ''
  }
  return { app, errand, firstId }
}

describe('errand webhooks', () => {
  test('list: the webhooks and where their senders deliver to', async () => {
    const { errand } = await scene([])
    expect((await errand('list')).out).toBe(
      'NAME  DELIVERED TO         FILTER  MISSED EVENTS\nshop  POST /webhooks/shop  yes     not looked for\n',
    )
    expect((await errand('events', 'shop')).notes).toBe('There are no such events.\n')
    const without = await scene([], [])
    expect((await without.errand('list')).notes).toBe('There are no webhooks.\n')
  })

  test('events: newest first, with what each led to or why nothing', async () => {
    const { errand } = await scene(['orders/create', 'carts/update', 'products/update', 'orders/delete'])
    const [head = '', ...rows] = (await errand('events', 'shop')).out.trimEnd().split('\n')
    expect(head).toMatch(/^ID +RECEIVED +TOPIC +OUTCOME +DELIVERIES +LED TO$/)
    expect(rows.map((row) => row.split(/ {2,}/).slice(2))).toEqual([
      ['orders/delete', 'handler failed', '1', 'orders are not deleted'],
      ['products/update', 'filtered', '1', 'our own write'],
      ['carts/update', 'no action', '1'],
      ['orders/create', 'done', '1', expect.stringMatching(/^job job_\w{26} writer, and 1 more$/)],
    ])
    expect((await errand('events', 'shop', '--outcome', 'filtered')).out.trimEnd().split('\n')).toHaveLength(2)
    expect((await errand('events', 'shop', '--limit', '3')).out.trimEnd().split('\n')).toHaveLength(4)
    expect((await errand('events', 'shop', '--topic', 'orders/create', '--limit', '1')).out).toContain('done')
  })

  test('show and replay: what is known of the event, and its new jobs', async () => {
    const { errand, firstId, app } = await scene(['orders/create'])
    const id = await firstId()
    const shown = (await errand('show', 'shop', id)).out
    expect(shown.replaceAll(/ +/g, ' ')).toMatch(
      /^evt_\w+\n topic orders\/create\n outcome done\n event id e-0\n received [^\n]+\n shop acme\n\nLed to\n job job_\w+ writer\n unschedule cart:1\n$/,
    )
    const replayed = (await errand('replay', 'shop', id)).out
    expect(replayed.replaceAll(/ +/g, ' ')).toContain('\n replays 1\n')
    expect(/job_\w+/.exec(replayed)?.[0]).not.toBe(/job_\w+/.exec(shown)?.[0])
    expect(await (await app.http.request('/jobs/counts')).json()).toMatchObject({ total: 2 })
  })

  test('says in the words of the server what is wrong', async () => {
    const { errand } = await scene([])
    await expect(errand('events', 'till')).rejects.toThrow(
      'There is no webhook "till".\n("errand explain webhook_not_found" says more.)',
    )
  })
})
