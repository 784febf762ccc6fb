import { strictEqual } from 'node:assert/strict'
import type { GoneReceivers } from '#ports/gone-receivers.ts'
import type { ContractCase } from './contract.ts'

const receiver = { tenantId: 'acme', url: 'https://shop.example.com/hook?a=1&b=å' }
const others = [
  { ...receiver, tenantId: 'other' },
  { ...receiver, url: 'https://shop.example.com/hook' },
]

export const goneReceiversContract: readonly ContractCase<GoneReceivers>[] = [
  {
    name: 'a receiver is gone when it was added, and no other tenant’s and no other URL',
    async run(gone) {
      strictEqual(await gone.isGone(receiver), false)
      await gone.add(receiver, 1_795_419_600_000)
      strictEqual(await gone.isGone(receiver), true)
      for (const other of others) strictEqual(await gone.isGone(other), false)
    },
  },
  {
    name: 'adding it again changes nothing',
    async run(gone) {
      await gone.add(receiver, 1)
      await gone.add(receiver, 2)
      strictEqual(await gone.isGone(receiver), true)
      await gone.remove(receiver)
      strictEqual(await gone.isGone(receiver), false)
    },
  },
  {
    name: 'removing it brings back that one alone, and can be repeated',
    async run(gone) {
      for (const one of [receiver, ...others]) await gone.add(one, 1)
      await gone.remove(receiver)
      await gone.remove(receiver)
      strictEqual(await gone.isGone(receiver), false)
      for (const other of others) strictEqual(await gone.isGone(other), true)
    },
  },
]
