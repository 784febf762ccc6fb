import { deepStrictEqual } from 'node:assert/strict'
import type { RecordList, RecordStore } from '#ports/record-store.ts'
import { type Counter, counter } from '#test/support/counter.ts'
import type { ContractCase } from './contract.ts'

type Listed = RecordStore<Counter> & RecordList<Counter>

async function ids(records: Listed, size: number, between?: () => Promise<unknown>): Promise<readonly string[]> {
  const found: string[] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<Listed['list']>> = await records.list({ tenantId: 'acme', size, after })
    found.push(...page.records.map(({ id }) => id))
    after = page.next
    await between?.()
  } while (after !== null)
  return found
}

/** Each case begins without records. */
export const recordListContract: readonly ContractCase<Listed>[] = [
  {
    name: "a tenant's records come by id, each once, whatever the size of a page",
    async run(records) {
      for (const id of ['cnt_c', 'cnt_a', 'cnt_b']) await records.create(counter({ id }))
      await records.create(counter({ id: 'cnt_x', tenantId: 'other' }))
      for (const size of [1, 2, 3, 10]) deepStrictEqual(await ids(records, size), ['cnt_a', 'cnt_b', 'cnt_c'])
    },
  },
  {
    name: 'records that are created during a walk keep no other from it',
    async run(records) {
      for (const id of ['cnt_a', 'cnt_c', 'cnt_e']) await records.create(counter({ id }))
      let more = 0
      const found = await ids(records, 1, () => records.create(counter({ id: `cnt_b${String(++more)}` })))
      deepStrictEqual(
        found.filter((id) => !id.startsWith('cnt_b')),
        ['cnt_a', 'cnt_c', 'cnt_e'],
      )
      deepStrictEqual(new Set(found).size, found.length)
    },
  },
  {
    name: 'a tenant without records has one empty page',
    async run(records) {
      deepStrictEqual(await records.list({ tenantId: 'empty', size: 5, after: null }), { records: [], next: null })
    },
  },
]
