import { deepStrictEqual } from 'node:assert/strict'
import type { DeclaredSchedules } from '#ports/declared-schedules.ts'
import type { ContractCase } from './contract.ts'

const A = { tenantId: 'acme', scheduleId: 'a', fingerprint: '1' }
const B = { tenantId: 'acme', scheduleId: 'b', fingerprint: '1' }
const OTHER = { tenantId: 'other', scheduleId: 'a', fingerprint: '1' }

/** Each case begins with an empty table. */
export const declaredSchedulesContract: readonly ContractCase<DeclaredSchedules>[] = [
  {
    name: 'is empty before the first start',
    async run(declared) {
      deepStrictEqual(await declared.list(), [])
    },
  },
  {
    name: 'an entry takes the place of the one with the same tenant and id',
    async run(declared) {
      for (const entry of [A, B, OTHER, { ...A, fingerprint: '2' }]) await declared.put(entry)
      deepStrictEqual(await declared.list(), [{ ...A, fingerprint: '2' }, B, OTHER])
    },
  },
  {
    name: 'an entry is removed, and a repeat changes nothing',
    async run(declared) {
      for (const entry of [A, B, OTHER]) await declared.put(entry)
      for (let n = 0; n < 2; n++) await declared.remove({ tenantId: 'acme', scheduleId: 'a' })
      deepStrictEqual(await declared.list(), [B, OTHER])
    },
  },
]
