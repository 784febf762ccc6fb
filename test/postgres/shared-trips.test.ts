import { afterAll, beforeEach, expect, test } from 'vitest'
import { createPool } from '#adapters/postgres/pool.ts'
import { SharedTrips } from '#adapters/postgres/shared-trips.ts'
import { engineOn } from './engine-work.ts'
import { emptyDatabase, openScene } from './scene.ts'

const scene = await openScene(await emptyDatabase())
const { pool, clock } = scene
let held = 0
let most = 0
pool.on('acquire', () => {
  most = Math.max(most, ++held)
})
pool.on('release', () => {
  held--
})

beforeEach(() => {
  most = 0
})

afterAll(() => scene.close())

test('reads of one moment share a connection, and each has its own answer', async () => {
  const trips = new SharedTrips(pool)
  const asked = [1, 2, 3].map((n) => trips.query<{ n: number }>({ text: 'SELECT $1::int AS n', values: [n] }))
  expect((await Promise.all(asked)).map(({ rows }) => rows)).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]])
  expect({ most, held }).toEqual({ most: 1, held: 0 })
})

test('one that fails takes no other with it, and its connection is given up', async () => {
  const trips = new SharedTrips(pool)
  const before = pool.totalCount
  const asked = ['SELECT 1 AS n', 'SELECT 1 / 0', 'SELECT 2 AS n'].map((text) => trips.query({ text }))
  const [first, second, third] = await Promise.allSettled(asked)
  expect(first).toMatchObject({ value: { rows: [{ n: 1 }] } })
  expect(second).toMatchObject({ reason: { code: '22012' } })
  expect(third).toMatchObject({ value: { rows: [{ n: 2 }] } })
  expect(pool.totalCount).toBe(before - 1)
  expect((await trips.query({ text: 'SELECT 3 AS n' })).rows).toEqual([{ n: 3 }])
})

test('without a connection each fails, and the next trip tries again', async () => {
  const ended = createPool({ url: scene.url, connections: 1, answerMs: 0 })
  const trips = new SharedTrips(ended)
  await ended.end()
  for (let times = 0; times < 2; times++) {
    await expect(trips.query({ text: 'SELECT 1' })).rejects.toThrow('after calling end on the pool')
  }
})

test('an idle server looks for all kinds of its work over one connection, beside that of its sweep', async () => {
  const engine = engineOn(scene, {})
  await engine.start()
  await clock.advance(0)
  await pool.query('SELECT 1')
  most = 0
  await clock.advance(10_000)
  await engine.drain(0)
  expect(most).toBeLessThanOrEqual(2)
})
