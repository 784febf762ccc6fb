import type { Job, Resolution } from '../../client/types.ts'
import { parseInput } from '../input.ts'
import { CliError } from '../server-call.ts'
import type { JobWorld, Output } from './job-world.ts'

export interface ResolveOptions extends Output {
  readonly happened?: boolean
  readonly didNotHappen?: boolean
  readonly fail?: boolean
  readonly result?: string
}

/** @throws {CliError} unless one outcome is named. */
export function outcomeOf({ happened, didNotHappen, fail, result }: ResolveOptions): Resolution {
  const named = [happened, didNotHappen, fail].filter((one) => one === true)
  if (named.length !== 1) throw new CliError('Say one of --happened, --did-not-happen and --fail.')
  if (result !== undefined && happened !== true) throw new CliError('--result goes with --happened.')
  if (happened === true)
    return { outcome: 'happened', result: result === undefined ? null : parseInput(result, '--result') }
  return { outcome: fail === true ? 'fail' : 'did_not_happen' }
}

export interface Question {
  readonly jobId: string
  /** Where it is not given, the one that the job waits for. */
  readonly callId: string | undefined
  readonly resolution: Resolution
}

/** Answers for a call of a job. @throws {CliError} where no call is named and there is not just one. */
export async function answer({ errand, signal }: JobWorld, { jobId, callId, resolution }: Question): Promise<Job> {
  const isDecision = resolution.outcome === 'approved' || resolution.outcome === 'rejected'
  const call = callId ?? onlyCall(await errand.get(jobId, { signal }), isDecision ? 'approval' : 'outcome_unknown')
  return errand.resolve({ jobId, callId: call }, resolution, { signal })
}

function onlyCall({ id, status, waiting, unknownCalls = [] }: Job, reason: 'approval' | 'outcome_unknown'): string {
  const waits = waiting?.reason === reason ? waiting.calls : []
  const calls = reason === 'approval' ? waits : [...waits, ...unknownCalls]
  const [call] = calls
  if (!call) {
    const what = reason === 'approval' ? 'call to approve' : 'open question about a call'
    throw new CliError(`The job ${id} is ${status} and has no ${what}.`)
  }
  if (calls.length === 1) return call.callId
  const list = calls.map(({ callId, name }) => `  ${callId}  ${name}`).join('\n')
  throw new CliError(`The job ${id} has ${String(calls.length)} such calls. Name one after the job:\n${list}`)
}
