import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
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
  return (await run(process.execPath, ['composition/cli/cli.js', 'migrate'], { env })).stdout
}

test('`errand migrate` says which tables it has brought to which level, and when there was nothing to do', async () => {
  const first = await migrated()
  expect(first).toMatch(/^jobs: made, now at level \d+$/m)
  expect(first).toContain(`The database is up to date now: ${dataDir}\n`)
  expect(await migrated()).toBe(`The database was up to date, nothing was changed: ${dataDir}\n`)
})

test('the tables of a newer release are refused with a sentence, and left as they are', async () => {
  await migrated()
  const db = new DatabaseSync(join(dataDir, 'errand.db'))
  const [level] = db
    .prepare("UPDATE schema_versions SET version = version + 1 WHERE name = 'jobs' RETURNING version")
    .all()
  const refused = await migrated().catch(
    (error: unknown) => error as { readonly code: number; readonly stderr: string },
  )
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^errand: The database belongs to a newer release of Errand .*Start that release/,
    ) as unknown,
  })
  expect(db.prepare("SELECT version FROM schema_versions WHERE name = 'jobs'").all()).toEqual([level])
  db.close()
})
