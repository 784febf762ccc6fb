import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { eventually } from '#test/support/eventually.ts'
import { type ServerProcess, startServer } from '#test/support/server-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'errand-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** Runs a command on a disk of 8 MB of its own, mounted at `folder`. */
const ON_SMALL_DISK = [
  'unshare',
  '--user',
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  'mount -t tmpfs -o size=8m tmpfs "$0" && exec "$@"',
  folder,
] as const
const canMount = spawnSync(ON_SMALL_DISK[0], [...ON_SMALL_DISK.slice(1), 'true']).status === 0

interface Listed {
  readonly jobs: readonly { readonly id: string }[]
}

/** About 14 KB a job. */
const metadata = Object.fromEntries(Array.from({ length: 28 }, (_, n) => [`part_${String(n)}`, 'x'.repeat(480)]))

function clientOf({ url }: ServerProcess) {
  const ask = (method: string, path: string, body?: unknown) =>
    fetch(url + path, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' } }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const submit = () => ask('POST', '/jobs', { agent: 'draft-writer', input: { product: 'linen-apron' }, metadata })
  const counts = async () => (await (await ask('GET', '/jobs/counts')).json()) as { counts: Record<string, number> }
  const deleteFinished = async (): Promise<number[]> => {
    const statuses: number[] = []
    for (;;) {
      const { jobs } = (await (await ask('GET', '/jobs?status=completed&page_size=200')).json()) as Listed
      if (jobs.length === 0 || statuses.some((status) => status !== 204)) return statuses
      for (const { id } of jobs) statuses.push((await ask('DELETE', `/jobs/${id}`)).status)
    }
  }
  return { ask, submit, counts, deleteFinished }
}

describe.skipIf(!canMount)('a disk of 8 MB that jobs have filled (where this user may mount one)', () => {
  test('lets every finished job be deleted, and takes submissions again after that', async () => {
    const server = await startServer({
      command: [...ON_SMALL_DISK, process.execPath, 'examples/shop/server.ts'],
      env: { ERRAND_PORT: '0', ERRAND_DATA_DIR: folder },
      ready: /listens on (\S+)/,
    })
    const { ask, submit, counts, deleteFinished } = clientOf(server)
    let refusal = await submit()
    let taken = 0
    for (; refusal.status < 300 && taken < 1000; taken++) refusal = await submit()
    expect(refusal.status).toBe(503)
    expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0)
    // The log and the reserve leave most of the disk to the jobs.
    expect(taken).toBeGreaterThan(100)
    expect((await ask('GET', '/readyz')).status).toBe(503)
    const statuses = await deleteFinished()
    expect(statuses.length).toBeGreaterThan(100)
    expect(new Set(statuses)).toEqual(new Set([204]))
    // What was waiting for the disk goes on.
    await eventually(async () => {
      const { queued, running } = (await counts()).counts
      expect([queued, running]).toEqual([0, 0])
    })
    // Not at once: an answer about readiness is shared for a moment, and the last one was that the disk is full.
    await eventually(async () => {
      expect((await ask('GET', '/readyz')).status).toBe(200)
    })
    for (let again = 0; again < 20; again++) expect((await submit()).status).toBe(202)
    await server.kill('SIGTERM')
  })
})
