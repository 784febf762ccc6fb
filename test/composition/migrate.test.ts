import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'

const run = promisify(execFile)
let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'errand-migrate-'))
})

afterEach(() => {
  rmSync(dataDir, { recursive: true })
})

async function migrated(): Promise<string> {
  const env = { ...process.env, ERRAND_DATA_DIR: dataDir }
  return (await run(process.execPath, ['composition/node/migrate.ts'], { env })).stdout
}

test('`npm run migrate` says which tables it has brought to which level, and when there was nothing to do', async () => {
  const first = await migrated()
  expect(first).toMatch(/^jobs: made, now at level \d+$/m)
  expect(first).toContain(`The database is up to date now: ${dataDir}\n`)
  expect(await migrated()).toBe(`The database was up to date, nothing was changed: ${dataDir}\n`)
})
