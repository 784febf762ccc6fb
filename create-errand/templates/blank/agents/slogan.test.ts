import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ErrandClient } from 'errand/client'
import { serve } from 'errand/node'
import { calls, crashEverywhere, says } from 'errand/testing'
import config from '../errand.config.ts'
import { slogan } from './slogan.ts'

// Without an API key in `env`, the offline demo model plays the agent: it calls each tool once.
test('a job of slogan calls its tools and completes', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'slogan-'))
  const server = await serve(config, { env: { ERRAND_DATA_DIR: dataDir, ERRAND_PORT: '0' } })
  t.after(async () => {
    await server.close()
    rmSync(dataDir, { recursive: true })
  })

  const errand = new ErrandClient({ baseUrl: server.url })
  const job = await errand.submit({ agent: 'slogan', input: { product: 'wool socks' } })
  const { status, report } = await errand.wait(job.id)

  assert.equal(status, 'completed')
  assert.deepEqual(
    report?.toolCalls.map(({ name, isError }) => ({ name, isError })),
    [{ name: 'count_words', isError: false }],
  )
})

test('no effect of slogan happens twice or is lost, wherever the process dies', async () => {
  const model = [calls([{ name: 'count_words', input: { text: 'Warm feet' } }]), says('Warm feet')]
  const { problems } = await crashEverywhere({ agent: slogan, input: { product: 'wool socks' }, model })
  assert.deepEqual(problems, [])
})
