import type { ErrandClient } from '../../client/errand-client.ts'
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
