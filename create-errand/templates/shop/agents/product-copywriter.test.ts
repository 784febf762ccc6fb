import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ErrandClient } from 'errand/client'
import { serve } from 'errand/node'
import { calls, crashEverywhere, says } from 'errand/testing'
import config from '../errand.config.ts'
import { createShop } from '../shop.ts'
import { productCopywriter } from './product-copywriter.ts'

// Without an API key in `env`, the offline demo model plays the agent: it calls each tool once.
test('a job of product-copywriter calls its tools and completes', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'product-copywriter-'))
  const server = await serve(config, { env: { ERRAND_DATA_DIR: dataDir, ERRAND_PORT: '0' } })
  t.after(async () => {
    await server.close()
    rmSync(dataDir, { recursive: true })
  })

  const errand = new ErrandClient({ baseUrl: server.url })
  const job = await errand.submit({ agent: 'product-copywriter', input: { product: 'linen-apron' } })
  const { status, report } = await errand.wait(job.id)

  assert.equal(status, 'completed')
  assert.deepEqual(
    report?.toolCalls.map(({ name, isError }) => ({ name, isError })),
    [
      { name: 'read_product', isError: false },
      { name: 'save_description', isError: false },
    ],
  )
})

test('no effect of product-copywriter happens twice or is lost, wherever the process dies', async () => {
  const input = { product: 'linen-apron' }
  const model = [
    calls([{ name: 'read_product', input }]),
    calls([{ name: 'save_description', input: { ...input, text: 'An apron of pure linen.' } }]),
    says('Saved.'),
  ]
  const { problems } = await crashEverywhere({ agent: productCopywriter(createShop()), input, model })
  assert.deepEqual(problems, [])
})
