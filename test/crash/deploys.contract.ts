import { deepStrictEqual } from 'node:assert/strict'
import type { ContractCase } from '#test/contracts/contract.ts'
import { type CrashSubject, crashRun } from './crash-run.ts'
import type { Scenario } from './scenario.ts'

interface Deploys extends Pick<Scenario, 'name' | 'deathsAtTool' | 'releaseOf'> {
  readonly attempts: number
  /** How the job ends: its status, or the code of its error. */
  readonly end: string
}

const DEPLOYS: readonly Deploys[] = [
  {
    name: 'no number of deploys is taken for a poison pill',
    deathsAtTool: 30,
    releaseOf: (process) => `v${String(process)}`,
    attempts: 31,
    end: 'completed',
  },
  {
    name: 'a poison pill on one release fails its job',
    deathsAtTool: 30,
    releaseOf: () => 'v1',
    attempts: 5,
    end: 'poisoned',
  },
  {
    name: 'a deploy that does not cure a poison pill only begins the count anew',
    deathsAtTool: 30,
    releaseOf: (process) => (process < 4 ? 'v1' : 'v2'),
    attempts: 9,
    end: 'poisoned',
  },
  {
    name: 'a job completes when a deploy cures what the releases before died of',
    deathsAtTool: 8,
    releaseOf: (process) => `v${String(Math.floor(process / 4))}`,
    attempts: 9,
    end: 'completed',
  },
]

/** Processes of one release or of several that die in the middle of the same tool call. */
export const deploysContract: readonly ContractCase<() => Promise<CrashSubject>>[] = DEPLOYS.map(
  ({ attempts, end, ...fields }) => ({
    name: fields.name,
    async run(open) {
      const { violations, job } = await crashRun({ ...fields, rounds: [['idempotent']] }, await open(), [])
      const ended = job.status === 'failed' ? job.error.code : job.status
      deepStrictEqual({ violations, attempts: job.attempt, end: ended }, { violations: [], attempts, end })
    },
  }),
)
