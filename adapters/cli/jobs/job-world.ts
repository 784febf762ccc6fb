import type { ErrandClient } from '../../client/errand-client.ts'
import type { Job } from '../../client/types.ts'
import { jsonText } from '../json-text.ts'
import type { Paint } from '../paint.ts'

/** What the commands on jobs are given. */
export interface JobWorld {
  readonly errand: ErrandClient
  readonly print: (text: string) => void
  readonly note: (text: string) => void
  /** Whether notes go to a terminal, where a line can change. */
  readonly isTerminal: boolean
  readonly paint: Paint
  readonly exit: (code: number) => void
  readonly signal: AbortSignal
}

export interface Output {
  readonly json?: boolean
}

/** Makes the action of a command of work on the server. */
export type Act = <Args extends unknown[]>(
  work: (world: JobWorld, ...args: Args) => Promise<void>,
) => (...args: Args) => Promise<void>

/** One line of a job or a batch, or the answer of the server. */
export function showJob(
  { print }: Pick<JobWorld, 'print'>,
  answered: Pick<Job, 'id' | 'agent'> & { readonly status: string },
  output: Output,
): void {
  const { id, status, agent } = answered
  print(output.json === true ? jsonText(answered) : `${id}  ${status}  ${agent}\n`)
}
