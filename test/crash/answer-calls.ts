import { ResolveCall, type ResolveCallDeps } from '#application/job/resolve-call.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { TILL } from '#test/support/fixtures.ts'
import { NO_AGENTS } from '#test/support/resolving.ts'

/**
 * A person looks at the job, allows the calls that wait for that, and says what really became of those of unknown outcome.
 * @param truth by the key of a call: whether it has happened; `null` where that cannot be seen yet.
 */
export async function answerCalls(
  job: JobRecord,
  deps: Omit<ResolveCallDeps, 'agents'>,
  truth: (key: string) => boolean | null,
): Promise<void> {
  if (job.status !== 'waiting' || !('calls' in job.wait)) return
  const resolveCall = new ResolveCall({ ...deps, agents: NO_AGENTS })
  for (const { callId } of job.wait.calls) {
    const happened = job.wait.reason === 'approval' ? 'approved' : truth(`${job.runId}/${callId}`)
    if (happened === null) continue
    const resolution =
      happened === 'approved'
        ? ({ outcome: 'approved' } as const)
        : happened
          ? ({ outcome: 'happened', result: null } as const)
          : ({ outcome: 'did_not_happen' } as const)
    await resolveCall.execute({ tenantId: 'acme', by: TILL, jobId: job.id, call: callId, resolution })
  }
}
