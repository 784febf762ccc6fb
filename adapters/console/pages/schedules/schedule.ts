import { html } from 'hono/html'
import type { Schedule } from '#adapters/client/types.ts'
import type { Html, Page } from '../../route.ts'
import { actorName, idLink } from '../../view/actor.ts'
import { type Tone, badge } from '../../view/badge.ts'
import { actionButton } from '../../view/button.ts'
import { card, heading } from '../../view/card.ts'
import { facts } from '../../view/facts.ts'
import { jsonBlock, number } from '../../view/json.ts'
import { table } from '../../view/table.ts'
import { duration, time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'
import { meaning } from '../job/ending.ts'
import { noteText, whenText } from './when.ts'

export async function showSchedule(visit: Visit): Promise<Page> {
  const schedule = await visit.api.schedules.get(visit.param('id'))
  const { id, status, next = [], fires = [], input } = schedule
  return {
    title: id,
    section: 'schedules',
    body: html`${heading(html`Schedule ${id} ${badge(status)}`, actions(schedule, visit))}
      <div id="schedule" class="live" data-live data-refresh="10">
        ${pausedNote(schedule)} ${waitingNote(schedule)}
        <div class="columns">${card('Next fires', nextFires(next))} ${card('Schedule', definition(schedule))}</div>
        ${card(
          'History',
          table({
            caption: 'The last fifty fires, newest first',
            head: ['Time', 'Outcome', 'Cause', 'Led to', 'Decided'],
            rows: fires.map((fire) => fireRow(fire, visit)),
            empty: 'It has not fired yet.',
          }),
        )}
      </div>
      ${card('Input of its jobs', jsonBlock(input ?? null))}`,
  }
}

function actions({ id, status, declaredBy }: Schedule, { may, href }: Visit): Html | '' {
  if (!may('submit') || status === 'ended') return ''
  const to = (action: string): string => href(`/schedules/${encodeURIComponent(id)}/${action}`)
  const pause =
    status === 'paused'
      ? actionButton({ action: to('resume'), label: 'Resume', kind: 'primary' })
      : actionButton({ action: to('pause'), label: 'Pause' })
  const confirm = `Delete the schedule ${id}? It does not fire any more.`
  // The next start would set up again what the code declares.
  const remove =
    declaredBy === 'code' ? '' : actionButton({ action: to('delete'), label: 'Delete', kind: 'danger', confirm })
  return html`${actionButton({ action: to('run'), label: 'Run now', once: true })} ${pause} ${remove}`
}

function pausedNote({ pausedBecause, failures }: Schedule): Html | '' {
  if (pausedBecause === undefined) return ''
  if (pausedBecause === 'caller') return html`<p class="ask">It is paused: a caller asked for that.</p>`
  return html`<p class="ask">
    It paused itself after ${number(failures ?? 0)} failed jobs in a row. The jobs below say why. Resume it when the
    reason is gone.
  </p>`
}

function waitingNote({ waiting }: Schedule): Html | '' {
  if (!waiting) return ''
  const what = waiting.for === 'overlap' ? 'for an earlier job to end' : 'for the end of quiet hours'
  return html`<p class="ask">The fire of ${time(waiting.nominalAt)} waits ${what}, until ${time(waiting.until)}.</p>`
}

function nextFires(next: NonNullable<Schedule['next']>): Html {
  return table({
    caption: 'Next fires',
    head: ['In', 'Time in its zone', 'Note'],
    rows: next.map(({ at, local, note }) => [
      time(at),
      html`<time datetime="${local}">${local.slice(0, 16).replace('T', ' ')}</time>`,
      noteText(note),
    ]),
    empty: 'No fire is planned.',
  })
}

function definition(schedule: Schedule): Html {
  const { agent, when, overlap, catchUp, quietHours, limit, pauseAfterFailures, endAt, tags, callback } = schedule
  return facts({
    Agent: agent,
    When: when && whenText(when),
    Overlap: overlap?.replaceAll('_', ' '),
    'Missed fires': catchUp,
    'Quiet hours': quietHours && `${quietHours.from}–${quietHours.to} (${quietHours.timeZone})`,
    Limit: limit && `${number(limit.max)} per ${duration(limit.perSeconds * 1000)} for ${limit.key}`,
    'Pauses after': pauseAfterFailures && `${number(pauseAfterFailures)} failures in a row`,
    'Failures in a row': schedule.failures,
    Ends: endAt && time(endAt),
    Tags: tags?.join(', '),
    Callback: callback?.url,
    'Declared by': schedule.declaredBy && 'errand.config.ts',
    'Created by': actorName(schedule.createdBy),
    'Changed by': actorName(schedule.changedBy),
    Changed: time(schedule.changedAt),
  })
}

const TONES: Readonly<Record<string, Tone>> = {
  submitted: 'good',
  missed: 'attention',
  limited: 'attention',
  refused: 'bad',
  canceled: 'quiet',
}

type Fire = NonNullable<Schedule['fires']>[number]

function fireRow({ nominalAt, count, cause, outcome, at, reason, error, movedTo, jobId }: Fire, visit: Visit) {
  const { href } = visit
  const led = [
    jobId === undefined ? '' : html`${idLink(href(`/jobs/${jobId}`), jobId)} `,
    movedTo === undefined ? '' : html`moved to ${time(movedTo)} `,
    reason === undefined ? '' : `${reason.replaceAll('_', ' ')} `,
    error ? html`<span class="problem">${error.message}</span> ${meaning(visit, error)}` : '',
  ]
  const several = count > 1 ? html` <span class="dim">and ${number(count - 1)} more</span>` : ''
  return [html`${time(nominalAt)}${several}`, badge(outcome, TONES[outcome]), cause, html`${led}`, time(at)]
}
