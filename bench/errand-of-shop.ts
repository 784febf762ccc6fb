// The real server, with an agent that writes the texts of a shop at BENCH_SHOP_URL. A script plays its model.

import { listen, peerAddress } from '#adapters/node/http/http-server.ts'
import { defineConfig } from '#composition/config/config.ts'
import { startServer } from '#composition/node/server.ts'
import { parseNodeSettings } from '#composition/settings/settings.ts'
import { calls, says } from '#adapters/models/scripted-models.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { defineWrite } from '#domain/write/definition.ts'
import * as z from 'zod'
import type { Put, ShopRequest } from './shop-log.ts'

const { BENCH_SHOP_URL: shop = '', ...env } = process.env
/** The shop notes which process has looked. */
const by = `process ${String(process.pid)}`

async function askShop(path: string, init: RequestInit): Promise<ShopRequest> {
  return (await (await fetch(`${shop}/products/${path}`, init)).json()) as ShopRequest
}

const describe = defineWrite<{ handle: string; text: string }, string>({
  name: 'describe',
  description: 'Writes the text of a product.',
  input: z.object({ handle: z.string(), text: z.string() }),
  target: ({ handle }) => `product:${handle}`,
  read: async ({ handle }, { signal }) => (await askShop(`${handle}?by=${encodeURIComponent(by)}`, { signal })).text,
  after: ({ text }) => text,
  write: async ({ handle }, { before, after, idempotencyKey, signal }) => {
    const put: Put = { by, key: idempotencyKey, from: before, to: after }
    const { did } = await askShop(handle, { method: 'PUT', body: JSON.stringify(put), signal })
    if (did === 'refused') throw new Error('Something else is there by now.')
  },
})

const writer = defineAgent({ name: 'writer', instructions: '', tools: [describe], writes: 'propose' })

await startServer(
  parseNodeSettings(env),
  {
    config: defineConfig({
      agents: [writer],
      demo: ({ input, results }) => {
        if (results.length > 0) return says('Done.')
        const { handles } = z.object({ handles: z.array(z.string()) }).parse(input)
        return calls(
          handles.map((handle) => ({ name: 'describe', input: { handle, text: `<p>New ${handle}</p>\r\n ` } })),
        )
      },
    }),
  },
  { runtime: 'node', listen, peerAddress },
)
