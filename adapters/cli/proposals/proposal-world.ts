import type { ErrandClient } from '../../client/errand-client.ts'
import type { JobWorld } from '../jobs/job-world.ts'
import type { KeyStream } from './key-reader.ts'

/** Where a person sits: keys come one at a time, and a text can be edited. */
export interface Terminal {
  readonly keys: KeyStream
  readonly columns: () => number
  /** The text as the person leaves it in an editor. `suffix` of the file says what kind of text it is, such as `.html`. */
  readonly edit: (text: string, suffix: string) => Promise<string>
}

/** What the commands on proposals are given. */
export interface ProposalWorld extends Omit<JobWorld, 'errand'> {
  readonly errand: Pick<ErrandClient, 'proposals' | 'startOperation' | 'operation'>
  /** `null` where input or output is no terminal. */
  readonly terminal: Terminal | null
  readonly hasColours: boolean
}
