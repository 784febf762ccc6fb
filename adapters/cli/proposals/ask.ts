import { CliError } from '../server-call.ts'
import { KeyReader } from './key-reader.ts'
import type { ProposalWorld } from './proposal-world.ts'

/** Whether the person says yes. @throws {CliError} where there is no terminal to ask at. */
export async function isConfirmed({ terminal, note }: ProposalWorld, question: string): Promise<boolean> {
  if (terminal === null) throw new CliError(`${question} Nothing was done: --yes does it without a question.`)
  note(`${question} (y/n) `)
  const keys = new KeyReader(terminal.keys)
  try {
    const { name } = await keys.next()
    const isYes = name.toLowerCase() === 'y'
    note(isYes ? 'yes\n' : 'no\n')
    return isYes
  } finally {
    keys.close()
  }
}
