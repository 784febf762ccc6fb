import type { ContractCase } from '#test/contracts/contract.ts'

/** Has something done when the case is over. */
export type Later = (end: () => Promise<void> | void) => void

export interface Suite {
  readonly name: string
  readonly cases: readonly { readonly name: string; run(): Promise<void> }[]
}

/** A contract and how its subject is opened, for each case anew. */
export function suite<Subject>(
  name: string,
  contract: readonly ContractCase<Subject>[],
  open: (later: Later) => Subject | Promise<Subject>,
): Suite {
  if (contract.length === 0) throw new Error(`The contract of ${name} has no cases.`)
  return { name, cases: contract.map((one) => ({ name: one.name, run: () => runCase(one, open) })) }
}

async function runCase<Subject>(
  { run }: ContractCase<Subject>,
  open: (later: Later) => Subject | Promise<Subject>,
): Promise<void> {
  const ends: (() => Promise<void> | void)[] = []
  try {
    await run(await open((end) => ends.push(end)))
  } finally {
    for (const end of ends.reverse()) await end()
  }
}
