import type { Resolution } from '#adapters/client/types.ts'
import type { ActorView } from '#adapters/http/wire/actor.ts'
import type * as z from 'zod'
import { EVENTS_OF_PAGE, type Stored, journalPage } from '../../journal.ts'
import { actorName } from '../../view/actor.ts'
import type { Visit } from '../../visit.ts'

/** What counts for a call. */
export interface Standing {
  /** Number of the event that says so. */
  readonly id: number
  /** The answer that it is; `null` where no answer decided it. */
  readonly outcome: Resolution['outcome'] | null
  readonly by: z.infer<typeof ActorView> | undefined
  /** A clause: `rejected by key 01KA`. */
  readonly text: string
}

/** The newest word on a call, looked for from the end of the journal. @throws {ErrandError} */
export async function standingOf(visit: Visit, call: { jobId: string; callId: string }, last: number) {
  for (let end = last; end > 0; end -= EVENTS_OF_PAGE) {
    const events = await journalPage(visit, call.jobId, Math.max(0, end - EVENTS_OF_PAGE))
    const found = events.toReversed().flatMap((event) => wordOn(call.callId, event) ?? [])[0]
    if (found) return found
  }
  return null
}

type Said = Omit<Standing, 'id'>

function wordOn(callId: string, { id, event, data }: Stored): Standing | null {
  const said = WORDS[event]?.(data as never, callId) ?? null
  return said && { id, ...said }
}

type Data<Name extends Stored['event']> = Extract<Stored, { readonly event: Name }>['data']

const WORDS: Readonly<Partial<Record<Stored['event'], (data: never, callId: string) => Said | null>>> = {
  'tool_call.approved': ({ callId, by }: Data<'tool_call.approved'>, wanted) =>
    callId === wanted ? { outcome: 'approved', by, text: `the call was approved by ${actorName(by)}` } : null,
  'tool_call.completed': (data: Data<'tool_call.completed'>, wanted) =>
    data.result.callId === wanted ? completed(data) : null,
  'tool_call.reopened': ({ callId, toldBy, by }: Data<'tool_call.reopened'>, wanted) => {
    if (callId !== wanted) return null
    if (toldBy !== 'caller') return { outcome: null, by, text: 'Errand found out that the call had not happened' }
    return { outcome: 'did_not_happen', by, text: `it did not happen, as ${actorName(by)} said` }
  },
  'job.canceled': () => ({ outcome: null, by: undefined, text: 'the job was canceled' }),
  'job.failed': ({ by }: Data<'job.failed'>) => ({
    outcome: by ? 'fail' : null,
    by,
    text: by ? `the job was failed by ${actorName(by)}` : 'the job has failed',
  }),
}

function completed({ toldBy, by }: Data<'tool_call.completed'>): Said {
  switch (toldBy) {
    case 'caller':
      return { outcome: 'happened', by, text: `it happened, as ${actorName(by)} said` }
    case 'rejection':
      return by
        ? { outcome: 'rejected', by, text: `the call was rejected by ${actorName(by)}` }
        : { outcome: null, by, text: 'the call was rejected, because its time for an answer was over' }
    case 'probe':
    case 'dispatch_log':
      return { outcome: null, by, text: 'Errand found out that the call had happened' }
    case 'call':
    case 'time_limit':
      return { outcome: null, by, text: 'the call has been made' }
  }
}
