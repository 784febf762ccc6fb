import { html } from 'hono/html'
import { STOP_WORDS } from '#domain/explanation/of-stops.ts'
import { actorName } from '../../view/actor.ts'
import { jsonBlock } from '../../view/json.ts'
import { elapsed, time } from '../../view/time.ts'
import type { Calls, DataOf, Entry } from './entry.ts'

/** What becomes of the job, its callbacks and its writes. */
export const JOB_ENTRIES = {
  'job.submitted': ({ agent, by }: DataOf<'job.submitted'>): Entry => ({
    tone: 'quiet',
    title: 'Submitted',
    note: html`to <code>${agent}</code> by ${by.kind === 'batch' ? 'its batch' : actorName(by)}`,
  }),
  'attempt.started': (_data: DataOf<'attempt.started'>, calls: Calls): Entry => ({
    tone: 'quiet',
    title: calls.attempts++ === 0 ? 'Attempt started' : 'Next attempt started',
  }),
  'attempt.released': (): Entry => ({ tone: 'quiet', title: 'Attempt released', note: 'It goes on at once.' }),
  'lease.renewed': (): null => null,
  'job.waiting': ({ id, at, wait }: DataOf<'job.waiting'> & { readonly id: number }, calls: Calls): Entry => {
    const next = calls.next(id)
    if (wait.reason !== 'retry') return { tone: 'attention', title: 'Waiting', ...waiting(wait) }
    // The line before it says the same.
    const isKnown = calls.lastFailure === wait.error.message
    const body = isKnown ? '' : html`<div class="error">${wait.error.message}</div>`
    if (next === undefined)
      return { tone: 'attention', title: 'Waiting', note: html`tries again ${time(wait.until)}`, body }
    return { tone: 'quiet', title: 'Waited', note: `${elapsed(at, next)} to try again`, body }
  },
  'job.resumed': ({ by }: DataOf<'job.resumed'>): Entry => ({
    tone: 'quiet',
    title: 'Resumed',
    note: `by ${actorName(by)}`,
  }),
  'job.cancel_requested': ({ by }: DataOf<'job.cancel_requested'>): Entry => ({
    tone: 'attention',
    title: 'Cancel requested',
    note: `by ${actorName(by)}`,
  }),
  'job.completed': ({ stopReason }: DataOf<'job.completed'>): Entry => ({
    tone: stopReason === 'finished' ? 'good' : 'attention',
    title: 'Completed',
    note: stopReason === 'finished' ? '' : STOP_WORDS[stopReason],
  }),
  'job.failed': ({ error }: DataOf<'job.failed'>, calls: Calls): Entry => ({
    tone: 'bad',
    title: 'Failed',
    note: error.code,
    body: calls.lastFailure === error.message ? '' : html`<div class="error">${error.message}</div>`,
  }),
  'job.canceled': (): Entry => ({ tone: 'bad', title: 'Canceled' }),
  'callback.attempted': ({ status, reason, becomes, nextAt }: DataOf<'callback.attempted'>): Entry => ({
    tone: becomes === 'delivered' ? 'good' : becomes === 'pending' ? 'attention' : 'bad',
    title: `Callback ${becomes === 'pending' ? 'not taken' : becomes}`,
    note: html`${reason ?? `HTTP ${String(status)}`}${nextAt === null ? '' : html`, again ${time(nextAt)}`}`,
  }),
  'callback.redelivery_requested': ({ by }: DataOf<'callback.redelivery_requested'>): Entry => ({
    tone: 'quiet',
    title: 'Redelivery requested',
    note: `by ${actorName(by)}`,
  }),
  'write.proposed': (data: DataOf<'write.proposed'>): Entry => write('attention', 'Write proposed', data),
  'write.begun': (data: DataOf<'write.begun'>): Entry => write('busy', 'Write begun', data),
  'write.approved': ({ by }: DataOf<'write.approved'>): Entry => ({
    tone: 'good',
    title: 'Write approved',
    note: `by ${actorName(by)}`,
  }),
  'write.rejected': ({ by, reason }: DataOf<'write.rejected'>): Entry => ({
    tone: 'quiet',
    title: 'Write rejected',
    note: `by ${actorName(by)}${reason === undefined ? '' : `: ${reason}`}`,
  }),
  'write.requested': ({ by, action }: DataOf<'write.requested'>): Entry => ({
    tone: 'quiet',
    title: action === 'apply' ? 'Apply requested' : 'Undo requested',
    note: `by ${actorName(by)}`,
  }),
  'write.started': (): Entry => ({ tone: 'busy', title: 'Write started' }),
  'write.deferred': ({ problem, nextAt }: DataOf<'write.deferred'>): Entry => ({
    tone: 'attention',
    title: 'Write put off',
    note: html`${problem}, again ${time(nextAt)}`,
  }),
  'write.ended': ({ outcome, problem = '' }: DataOf<'write.ended'>): Entry => ({
    tone: outcome === 'failed' || outcome === 'stale' ? 'bad' : 'good',
    title: `Write ${outcome}`,
    note: problem,
  }),
}

function write(
  tone: Entry['tone'],
  title: string,
  { tool, target, after, flags = [] }: DataOf<'write.proposed'>,
): Entry {
  const warnings = flags.map(({ name, problem }) => html`<li>${name}: ${problem}</li>`)
  const list =
    warnings.length > 0
      ? html`<ul>
          ${warnings}
        </ul>`
      : ''
  return { tone, title, note: html`<code>${tool}</code> to ${target}`, body: html`${list}${jsonBlock(after)}` }
}

function waiting(wait: Exclude<DataOf<'job.waiting'>['wait'], { readonly reason: 'retry' }>): Pick<Entry, 'note'> {
  switch (wait.reason) {
    case 'unknown_agent':
      return { note: html`for a server that knows its agent, until ${time(wait.until)}` }
    case 'outcome_unknown':
      return { note: `for what became of ${wait.calls.map(({ name }) => name).join(', ')}` }
    case 'approval':
      return { note: `for approval of ${wait.calls.map(({ name }) => name).join(', ')}` }
  }
}
