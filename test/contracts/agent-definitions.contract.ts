import { deepStrictEqual } from 'node:assert/strict'
import { type AgentDefinitions, type KeptDefinition, MOST_DEFINITIONS } from '#ports/agent-definitions.ts'
import type { ContractCase } from './contract.ts'

/** An agent's definition that was seen at one time. */
function kept(agent: string, fingerprint: string, at: number): KeptDefinition {
  return { agent, fingerprint, firstSeenAt: at, lastSeenAt: at, definition: { says: `${fingerprint} \u0000 "å"` } }
}

async function fingerprints(definitions: AgentDefinitions, agent: string): Promise<readonly string[]> {
  return (await definitions.of(agent)).map(({ fingerprint }) => fingerprint)
}

/** Each case begins with an empty table. */
export const agentDefinitionsContract: readonly ContractCase<AgentDefinitions>[] = [
  {
    name: 'is empty before the first start',
    async run(definitions) {
      deepStrictEqual(await definitions.seen(), [])
      deepStrictEqual(await definitions.of('writer'), [])
    },
  },
  {
    name: 'an agent has its own definitions, seen last first, as they were put',
    async run(definitions) {
      await definitions.put([kept('writer', 'a', 1), kept('clerk', 'a', 2)])
      await definitions.put([{ ...kept('writer', 'b', 3), definition: null }])
      deepStrictEqual(await definitions.of('writer'), [
        { ...kept('writer', 'b', 3), definition: null },
        kept('writer', 'a', 1),
      ])
      deepStrictEqual(await fingerprints(definitions, 'clerk'), ['a'])
      deepStrictEqual((await definitions.seen()).length, 3)
    },
  },
  {
    name: 'a known definition gets no second row: it becomes seen later, and never earlier or first later',
    async run(definitions) {
      await definitions.put([kept('writer', 'a', 10), kept('writer', 'b', 20)])
      await definitions.put([kept('writer', 'a', 30)])
      await definitions.put([kept('writer', 'a', 25)])
      deepStrictEqual(await definitions.of('writer'), [
        { ...kept('writer', 'a', 10), lastSeenAt: 30 },
        kept('writer', 'b', 20),
      ])
    },
  },
  {
    name: 'those that were seen last are kept, however many there have been, and those of other agents stay',
    async run(definitions) {
      await definitions.put([kept('clerk', 'old', 0)])
      const numbers = Array.from({ length: MOST_DEFINITIONS + 5 }, (_, index) => index)
      for (const n of numbers) await definitions.put([kept('writer', `f${String(n)}`, n)])
      const newest = numbers.slice(5).map((n) => `f${String(n)}`)
      deepStrictEqual(await fingerprints(definitions, 'writer'), newest.reverse())
      deepStrictEqual(await fingerprints(definitions, 'clerk'), ['old'])
    },
  },
]
