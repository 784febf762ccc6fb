import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runProgram } from '#test/support/run-program.ts'

const BIN = join(import.meta.dirname, '../../create-errand/bin.js')

/** Makes a project whose registry answers every request with a status. */
async function createWith(status: number) {
  const folder = mkdtempSync(join(tmpdir(), 'errand-'))
  const registry = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"error":"Not found"}')
  })
  registry.listen(0, '127.0.0.1')
  await once(registry, 'listening')
  onTestFinished(() => {
    registry.closeAllConnections()
    registry.close()
    rmSync(folder, { recursive: true })
  })
  const { port } = registry.address() as AddressInfo
  return runProgram(process.execPath, [BIN, 'app', '--no-git'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      npm_config_user_agent: 'npm/11.0.0',
      npm_config_registry: `http://127.0.0.1:${String(port)}/`,
      npm_config_cache: join(folder, 'cache'),
      npm_config_fetch_retries: '0',
      npm_config_update_notifier: 'false',
    },
  })
}

test('a registry that has no "errand" is no matter of another try: a tarball is', async () => {
  const { code, printed } = await createWith(404)
  expect(code).toBe(1)
  expect(printed).toMatch(/The package "errand" is not in the registry\. .*--errand <tarball>\.\n/)
  expect(printed).toMatch(/Next:\n {2}cd app\n {2}npm install <tarball>\n {2}npm run dev\n$/)
})

test('a registry that fails is', async () => {
  const { code, printed } = await createWith(403)
  expect(code).toBe(1)
  expect(printed).toContain('"npm install" failed. The files are there: try it again in the folder.')
  expect(printed).toMatch(/Next:\n {2}cd app\n {2}npm install\n/)
})
