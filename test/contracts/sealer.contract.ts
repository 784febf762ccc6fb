import { ok, strictEqual } from 'node:assert/strict'
import type { Sealer } from '#ports/sealer.ts'
import type { ContractCase } from './contract.ts'

/** Opens a sealer of an installation with this secret. */
export type OpenSealer = (secret: string) => Sealer

export const sealerContract: readonly ContractCase<OpenSealer>[] = [
  {
    name: 'what is sealed is opened again, by another process too, and is not to be read before',
    async run(open) {
      const text = '{"email":"kund@example.com","emoji":"🛒"}'
      const sealed = await open('secret').seal(text, 'evt_1')
      ok(!sealed.includes('kund') && !atob(sealed).includes('kund'))
      strictEqual(await open('secret').open(sealed, 'evt_1'), text)
    },
  },
  {
    name: 'a megabyte comes back whole, and JSON takes less room than it had',
    async run(open) {
      const text = JSON.stringify(Array.from({ length: 40_000 }, (_, n) => ({ sku: `SKU-${String(n)}`, stock: n })))
      const sealed = await open('secret').seal(text, 'evt_1')
      ok(sealed.length < text.length / 2)
      strictEqual(await open('secret').open(sealed, 'evt_1'), text)
    },
  },
  {
    name: 'sealed twice, it is not the same text',
    async run(open) {
      ok((await open('secret').seal('a', 'evt_1')) !== (await open('secret').seal('a', 'evt_1')))
    },
  },
  {
    name: 'another secret, another owner and a changed text open nothing',
    async run(open) {
      const sealed = await open('secret').seal('text', 'evt_1')
      strictEqual(await open('other').open(sealed, 'evt_1'), null)
      strictEqual(await open('secret').open(sealed, 'evt_2'), null)
      const changed = (sealed.startsWith('A') ? 'B' : 'A') + sealed.slice(1)
      strictEqual(await open('secret').open(changed, 'evt_1'), null)
    },
  },
]
