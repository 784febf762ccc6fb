import { deepStrictEqual, match, notStrictEqual, strictEqual } from 'node:assert/strict'
import type { IdGenerator } from '#ports/id-generator.ts'
import type { ContractCase } from './contract.ts'

export interface IdSubject {
  readonly ids: IdGenerator
  readonly advance: (ms: number) => Promise<void>
}

export const idGeneratorContract: readonly ContractCase<IdSubject>[] = [
  {
    name: 'an id is its prefix and 26 characters',
    async run({ ids }) {
      match(ids.newId('job'), /^job_[0-9A-HJKMNP-TV-Z]{26}$/)
      match(ids.newId('run'), /^run_[0-9A-HJKMNP-TV-Z]{26}$/)
      return Promise.resolve()
    },
  },
  {
    name: 'later ids sort after earlier ones',
    async run({ ids, advance }) {
      const made: string[] = []
      for (let n = 0; n < 20; n++) {
        made.push(ids.newId('job'))
        await advance(1)
      }
      deepStrictEqual(made, [...made].sort())
    },
  },
  {
    name: 'within one millisecond no id tells of the next',
    async run({ ids }) {
      const made = Array.from({ length: 1000 }, () => ids.newId('job'))
      strictEqual(new Set(made).size, 1000)
      // The random part is 16 characters; neighbours share about one in 32 of them by chance.
      const shared = made
        .slice(1)
        .map(
          (id, index) =>
            Array.from(id.slice(-16)).filter((char, place) => char === made[index]?.slice(-16)[place]).length,
        )
      const mean = shared.reduce((sum, n) => sum + n, 0) / shared.length
      notStrictEqual(mean > 1.5, true)
      return Promise.resolve()
    },
  },
]
