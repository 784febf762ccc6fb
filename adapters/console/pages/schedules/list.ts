import { html } from 'hono/html'
import type { ScheduleSummary } from '#adapters/client/types.ts'
import { SCHEDULE_STATUSES } from '#domain/schedule/schedule.ts'
import type { Page } from '../../route.ts'
import { badge } from '../../view/badge.ts'
import { heading } from '../../view/card.ts'
import { choice, filterText, filters, queryOf, withQuery } from '../../view/field.ts'
import { pager } from '../../view/pager.ts'
import { table } from '../../view/table.ts'
import { time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'
import { whenText } from './when.ts'

export async function showSchedules(visit: Visit): Promise<Page> {
  const query = queryOf(visit, ['status', 'agent', 'tag', 'id_prefix', 'page_token'])
  const { status, ...rest } = query
  const known = SCHEDULE_STATUSES.find((one) => one === status)
  const asked = { ...rest, ...(known && { status: known }), page_size: 50 }
  const { schedules, next_page_token: next } = await visit.api.schedules.page(asked)
  const path = visit.href('/schedules')
  return {
    title: 'Schedules',
    section: 'schedules',
    body: html`${heading('Schedules')}
      ${filters(path, [
        choice({ name: 'status', label: 'Status', values: SCHEDULE_STATUSES, chosen: status, any: 'not ended' }),
        filterText('agent', 'Agent', query.agent),
        filterText('tag', 'Tag', query.tag),
        filterText('id_prefix', 'Id begins with', query.id_prefix),
      ])}
      <div id="schedules" data-live data-refresh="10">
        ${table({
          caption: 'Schedules',
          head: ['Schedule', 'Status', 'Agent', 'When', 'Next fire', 'Tags'],
          rows: schedules.map((schedule) => rowOf(schedule, visit)),
          empty: html`There are no such schedules. <code>PUT /schedules/{id}</code> makes one, and so does
            <code>defineSchedule</code>.`,
        })}
      </div>
      ${pager({ here: withQuery(path, query), next, isLater: 'page_token' in query })}`,
  }
}

function rowOf({ id, status, agent, when, nextFireAt, pausedBecause, tags }: ScheduleSummary, { href }: Visit) {
  const why = pausedBecause === 'failures' ? html` <span class="dim">after failures</span>` : ''
  return [
    html`<a href="${href(`/schedules/${encodeURIComponent(id)}`)}">${id}</a>`,
    html`${badge(status)}${why}`,
    agent,
    whenText(when),
    nextFireAt === null ? '–' : time(nextFireAt),
    html`${tags.map((tag) => html`<span class="tag">${tag}</span> `)}`,
  ]
}
