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

// A tool with effects is shown to the kit by `effects`: see docs/testing.md in the package.
test('a job that is killed at any point comes to its end', async () => {
  const { problems, unknown } = await crashEverywhere({
    agent: slogan,
    input: { product: 'wool socks' },
    model: [calls([{ name: 'count_words', input: { text: 'Warm feet' } }]), says('Warm feet.')],
  })
  assert.deepEqual(problems, [])
  assert.deepEqual(unknown, [])
})
