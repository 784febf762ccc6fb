import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '#test/support/eventually.ts'
import type { ServerProcess } from '#test/support/server-process.ts'
import { databases, hasTablesOfToday, readDatabase } from './in-flight/databases.ts'
import { dump, restore } from './in-flight/dump.ts'
import { call, startSampleServer } from './in-flight/make.ts'
import { type InFlightModel, startModel } from './in-flight/model.ts'
import { RELEASE } from './samples.ts'

/** Longer than anything in the sample waits. */
const AWAY_MS = 2 * 3_600_000

interface Jobs {
  readonly jobs: readonly { readonly id: string; readonly status: string; readonly tags: readonly string[] }[]
}

let folder: string
let file: string
let model: InFlightModel
const servers: ServerProcess[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'errand-upgrade-'))
  file = join(folder, 'errand.db')
  model = await startModel({ holds: false })
})

afterEach(async () => {
  for (const server of servers.splice(0)) await server.kill('SIGKILL')
  model.close()
  rmSync(folder, { recursive: true })
})

async function start(): Promise<string> {
  const server = await startSampleServer(folder, model.url)
  servers.push(server)
  return server.url
}

describe('the database of a server that was killed in the middle of its work', () => {
  test.each(databases())('of %s is taken over: each job, the batch and the schedule end', async (name) => {
    restore(readDatabase(name), file, AWAY_MS)
    const url = await start()
    const ended = (tag: string, status: string): Promise<Jobs['jobs']> =>
      eventually(async () => {
        const { jobs } = await call<Jobs>(url, `GET /jobs?tag=${tag}`)
        expect(jobs).toMatchObject([{ tags: [tag], status }])
        return jobs
      })

    for (const tag of ['text', 'answer', 'delayed', 'fail', 'look', 'save', 'scheduled']) await ended(tag, 'completed')
    // The tool may have sent something before the kill. Only a person can say.
    const [sending] = await ended('send', 'waiting')
    const resolve = `POST /jobs/${sending?.id ?? ''}/calls/call_1/resolve`
    await call(url, resolve, { outcome: 'happened', result: 'sent' })
    await ended('send', 'completed')
    await eventually(async () => {
      const { batches } = await call<{ batches: unknown }>(url, 'GET /batches')
      expect(batches).toMatchObject([{ status: 'completed', counts: { completed: 3 } }])
    })
    for (const server of servers.splice(0)) await server.kill('SIGKILL')
    // A statement that was edited, and not added, has not reached it.
    expect(await hasTablesOfToday(dump(file))).toBe(true)
  })

  test('of a newer release is refused with a sentence, and stays as it is', async () => {
    restore(readDatabase(RELEASE), file, AWAY_MS)
    const db = new DatabaseSync(file)
    db.exec(
      "ALTER TABLE jobs ADD COLUMN newer TEXT; UPDATE schema_versions SET version = version + 1 WHERE name = 'jobs'",
    )
    db.close()
    const [, ...before] = dump(file)
    await expect(start()).rejects.toThrow(
      /ended with code 1:\s*The database belongs to a newer release of Errand \(.*\)\. Start that release, or use another database\.$/m,
    )
    const [, ...after] = dump(file)
    expect(after).toEqual(before)
  })

  test('has the tables of today in its latest sample; otherwise it is to be made: npm run samples', async () => {
    expect(await hasTablesOfToday(readDatabase(RELEASE))).toBe(true)
  })
})
