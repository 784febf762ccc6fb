import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'

test('a connection keeps 200 statements compiled, and finalizes the others at once', async () => {
  const db = new SqliteDatabase(':memory:')
  onTestFinished(() => db.close())
  const prepared: StatementSync[] = []

  const { prepare } = DatabaseSync.prototype
  const spy = vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (this: DatabaseSync, sql) {
    const statement = prepare.call(this, sql)
    prepared.push(statement)
    return statement
  })
  onTestFinished(() => {
    spy.mockRestore()
  })
  for (let text = 1; text <= 500; text++) {
    expect(await db.query(`SELECT ${String(text)} AS n`)).toEqual([{ n: text }])
  }
  expect(prepared).toHaveLength(500)
  expect(prepared.filter(isUsable)).toHaveLength(200)
  // One that was finalized is compiled again.
  expect(await db.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
})

function isUsable(statement: StatementSync): boolean {
  try {
    statement.all()
    return true
  } catch {
    return false
  }
}
