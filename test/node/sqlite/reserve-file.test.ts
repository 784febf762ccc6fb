import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { FullDisk } from '#adapters/node/sqlite/full-disk.ts'
import { ReserveFile } from '#adapters/node/sqlite/reserve-file.ts'
import { SqliteWriter } from '#adapters/node/sqlite/writer.ts'

const folder = mkdtempSync(join(tmpdir(), 'errand-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('a reserve file', () => {
  test('takes up its size, for its owner alone, and gives it up', () => {
    const path = join(folder, 'reserve')
    const reserve = new ReserveFile(path, 2_500_000)
    expect(reserve.take()).toBe(true)
    const { size, blocks, mode } = statSync(path)
    expect(size).toBe(2_500_000)
    // Not a sparse file.
    expect(blocks * 512).toBeGreaterThanOrEqual(size)
    expect(mode & 0o777).toBe(0o600)
    reserve.release()
    expect(existsSync(path)).toBe(false)
    reserve.release()
  })

  test('is completed where an earlier process was stopped in the middle, and kept where it is larger', () => {
    const path = join(folder, 'partial')
    writeFileSync(path, Buffer.alloc(1000))
    expect(new ReserveFile(path, 5000).take()).toBe(true)
    expect(statSync(path).size).toBe(5000)
    expect(new ReserveFile(path, 4000).take()).toBe(true)
    expect(statSync(path).size).toBe(5000)
  })

  test('is not taken where the disk has no room for it and as much again', () => {
    const path = join(folder, 'huge')
    expect(new ReserveFile(path, 2 ** 60).take()).toBe(false)
    expect(existsSync(path)).toBe(false)
  })

  test('whose place cannot be written to is not held, and disturbs nobody', () => {
    const reserve = new ReserveFile(join(folder, 'missing', 'reserve'), 1000)
    expect(reserve.take()).toBe(false)
    reserve.release()
  })

  test('whose place cannot even be looked at is not held', () => {
    // ENAMETOOLONG: an error of `stat` that does not mean that the file is missing.
    expect(new ReserveFile(join(folder, 'x'.repeat(300)), 1000).take()).toBe(false)
  })
})

describe('a disk that is full', () => {
  function scene() {
    const done: string[] = []
    let hasRoom = false
    const note = (what: string) => () => {
      done.push(what)
    }
    const engine = { beginLogAnew: note('begin log anew'), holdSize: note('hold size'), letGrow: note('let grow') }
    const reserve = { take: () => hasRoom, release: note('release') }
    const makeRoom = (): void => {
      hasRoom = true
    }
    return { disk: new FullDisk(engine, reserve), done, makeRoom }
  }

  test('costs the reserve once, for the log to go to its place', () => {
    const { disk, done } = scene()
    expect(disk.enter()).toBe(true)
    expect(done).toEqual(['release', 'begin log anew', 'hold size'])
    expect(disk.enter()).toBe(false)
    expect(done.length).toBe(3)
    expect(disk.isFull).toBe(true)
  })

  test('is left when the reserve can be taken again, and lets the file grow', () => {
    const { disk, done, makeRoom } = scene()
    disk.enter()
    makeRoom()
    expect(disk.enter()).toBe(true)
    expect(done.at(-1)).toBe('let grow')
    expect([disk.isFull, disk.leave()]).toEqual([false, true])
    expect(done.length).toBe(4)
  })
})

test('a writer takes its reserve before long use, and a short one leaves no such file', async () => {
  const path = join(folder, 'errand.db')
  const db = new SqliteWriter(path)
  await db.batch([{ sql: 'CREATE TABLE notes (text TEXT)', params: [] }])
  expect(existsSync(`${path}-reserve`)).toBe(false)
  db.makeRoom()
  expect(statSync(`${path}-reserve`).size).toBeGreaterThan(statSync(`${path}-wal`).size)
  await db.close()
})

test('a deletion beside a submission on a full disk is made, and the submission is refused', async () => {
  const path = join(folder, 'together.db')
  const db = new SqliteWriter(path)
  db.makeRoom()
  const insert = { sql: 'INSERT INTO notes VALUES (?)', params: ['x'.repeat(1_000_000)] }
  await db.batch([{ sql: 'CREATE TABLE notes (text TEXT)', params: [] }, insert])
  // The thread's connection has a limit of its own, as both have on a full disk.
  const full = { sql: 'PRAGMA max_page_count = 1', params: [] }
  await Promise.all([db.batch([full]), db.batch([full])])
  const [submission, deletion] = await Promise.allSettled([
    db.batch([insert]),
    db.batch([{ sql: 'DELETE FROM notes', params: [] }]),
  ])
  expect(submission).toMatchObject({ status: 'rejected', reason: { code: 'storage_unavailable' } })
  expect(deletion).toEqual({ status: 'fulfilled', value: true })
  expect(db.isKnownToWrite).toBe(false)
  // Into the pages that the deletion has freed.
  expect(await db.batch([insert])).toBe(true)
  await db.close()
})
