import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { ownSchemas } from '#adapters/sql/own-tables.ts'
import { migrate } from '#adapters/sql/schema.ts'
import type { ContractCase } from './contract.ts'

const insert = (id: string, n: number) => ({ sql: 'INSERT INTO things (id, n) VALUES (?, ?)', params: [id, n] })
const table = { sql: 'CREATE TABLE things (id TEXT PRIMARY KEY, n INTEGER)', params: [] }

export const sqlDatabaseContract: readonly ContractCase<SqlDatabase>[] = [
  {
    name: 'query() binds its parameters and returns rows by column name',
    async run(db) {
      await db.batch([table, insert('a', 1), insert("b'; --", 2)])
      deepStrictEqual(
        (await db.query('SELECT id, n FROM things WHERE id = ?', "b'; --")).map((row) => ({ ...row })),
        [{ id: "b'; --", n: 2 }],
      )
      deepStrictEqual(await db.query('SELECT id FROM things WHERE id = ?', 'c'), [])
    },
  },
  {
    name: 'numbers keep their value up to 2^53, null and text theirs; NUL is another character where there is no such text',
    async run(db) {
      await db.batch([table, insert('å\u0000ö', 2 ** 53 - 1), { ...insert('', 0), params: ['', null] }])
      const rows = (await db.query('SELECT id, n FROM things ORDER BY id')).map((row) => [row['id'], row['n']])
      const [none, text] = rows
      deepStrictEqual(none, ['', null])
      deepStrictEqual(text?.[1], 2 ** 53 - 1)
      match(String(text[0]), /^å[\0\uFFFD]ö$/)
    },
  },
  {
    name: 'a statement of an author that cannot be run is named, and those before it are kept',
    async run(db) {
      const statements = ['CREATE TABLE things (id TEXT PRIMARY KEY)', 'ALTER TABLE things\n  ADDING n INTEGER']
      const [faulty] = ownSchemas([{ name: 'things', statements }])
      const [mended] = ownSchemas([{ name: 'things', statements: statements.with(1, 'UPDATE things SET id = id') }])
      ok(faulty && mended)
      await rejects(migrate(db, faulty), {
        name: 'StatementError',
        message:
          /^Statement 2 of the table "things" cannot be run \(.*ADDING.*\): ALTER TABLE things ADDING n INTEGER$/i,
      })
      deepStrictEqual(await migrate(db, mended), [{ name: 'own:things', from: 1, to: 2 }])
    },
  },
  {
    name: 'batch() undoes everything when a statement fails',
    async run(db) {
      await db.batch([table, insert('a', 1)])
      await rejects(db.batch([insert('b', 2), insert('a', 3)]))
      deepStrictEqual((await db.query('SELECT id FROM things')).length, 1)
    },
  },
  {
    name: 'batch() undoes everything and says false when a guard fails, also the last',
    async run(db) {
      await db.batch([table, insert('a', 1)])
      const guarded = { sql: 'UPDATE things SET n = 9 WHERE id = ?', params: ['nobody'], changes: 1 }
      strictEqual(await db.batch([insert('b', 2), guarded]), false)
      strictEqual(await db.batch([guarded, insert('b', 2)]), false)
      strictEqual((await db.query('SELECT id FROM things')).length, 1)
    },
  },
  {
    name: 'batch() keeps everything and says true when the guards hold',
    async run(db) {
      await db.batch([table, insert('a', 1)])
      const guarded = { sql: 'UPDATE things SET n = 9 WHERE id = ?', params: ['a'], changes: 1 }
      strictEqual(await db.batch([guarded, { ...insert('b', 2), changes: 1 }]), true)
      deepStrictEqual(
        (await db.query('SELECT n FROM things ORDER BY id')).map((row) => row['n']),
        [9, 2],
      )
    },
  },
  {
    name: 'of batches at once each is for itself: what fails takes none of the others with it',
    async run(db) {
      await db.batch([table, insert('taken', 0)])
      const guarded = { sql: 'UPDATE things SET n = 9 WHERE id = ?', params: ['nobody'], changes: 1 }
      const ends = await Promise.allSettled([
        db.batch([insert('a', 1)]),
        db.batch([insert('b', 2), insert('taken', 3)]),
        db.batch([insert('c', 4), guarded]),
        db.batch([insert('d', 5)]),
        db.batch([insert('e', 6), { sql: 'NOT SQL', params: [] }]),
        db.batch([{ sql: 'UPDATE things SET n = 7 WHERE id = ?', params: ['taken'], changes: 1 }]),
      ])
      const said = ends.map((end) => (end.status === 'fulfilled' ? end.value : 'rejected'))
      deepStrictEqual(said, [true, 'rejected', false, true, 'rejected', true])
      const rows = await db.query('SELECT id, n FROM things ORDER BY id')
      deepStrictEqual(
        rows.map(({ id, n }) => [id, n]),
        [
          ['a', 1],
          ['d', 5],
          ['taken', 7],
        ],
      )
    },
  },
  {
    name: 'the database works on after a failure',
    async run(db) {
      await db.batch([table])
      await rejects(db.batch([insert('a', 1), { sql: 'NOT SQL', params: [] }]))
      await rejects(db.query('NOT SQL'))
      strictEqual(await db.batch([insert('a', 1)]), true)
    },
  },
]
