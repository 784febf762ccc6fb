import { afterEach, beforeEach, expect, test } from 'vitest'
import { READ_ALL } from '#adapters/postgres/journals.ts'
import { APPEND, MOVE, PROPOSE } from '#adapters/postgres/writes.ts'
import { executedPlan } from './executed-plan.ts'
import { type Scene, emptyDatabase, openScene } from './scene.ts'

let scene: Scene

beforeEach(async () => {
  scene = await openScene(await emptyDatabase())
})

afterEach(() => scene.close())

test.each([
  ['append', APPEND.text, APPEND.columns.length],
  ['move', MOVE.text, MOVE.columns.length],
  ['propose', PROPOSE.text, PROPOSE.columns.length],
  ['read', READ_ALL.text, 2],
])('the plan to %s that is made on an empty table, and kept, looks jobs up by their id', async (_, text, count) => {
  const plan = await executedPlan(scene.pool, { text, values: Array<string>(count).fill('{}'), mode: 'generic' })
  const scans = plan.split('\n').filter((line) => /Scan.* on jobs\b/.test(line))
  expect(scans).not.toEqual([])
  expect(scans.filter((line) => !line.includes('Index Scan using jobs_pkey'))).toEqual([])
})
