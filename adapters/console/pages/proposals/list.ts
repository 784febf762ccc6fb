import { html } from 'hono/html'
import type { ProposalCounts } from '#adapters/client/types.ts'
import type { Html, Page } from '../../route.ts'
import { badge } from '../../view/badge.ts'
import { heading } from '../../view/card.ts'
import { queryOf, withQuery } from '../../view/field.ts'
import { number } from '../../view/json.ts'
import { pager } from '../../view/pager.ts'
import type { Visit } from '../../visit.ts'
import { bulkForms } from './bulk.ts'
import { proposalCard } from './card.ts'
import { ALL, type Filter, apiQuery, filterForm, filterOf, pathOf } from './filter.ts'

export async function showProposals(visit: Visit): Promise<Page> {
  const { api, href } = visit
  const filter = filterOf(visit)
  const { page_token: token } = queryOf(visit, ['page_token'])
  const query = apiQuery(filter)
  const [page, counts] = await Promise.all([
    api.proposals.page({ ...query, ...(token !== undefined && { page_token: token }) }),
    // By every status, so that the others can be chosen by their numbers.
    api.proposals.counts(apiQuery({ ...filter, status: ALL })),
  ])
  const back = withQuery(pathOf(filter), {})
  const cards = page.proposals.map((proposal) => proposalCard(proposal, visit, back))
  return {
    title: 'Proposals',
    section: 'proposals',
    body: html`${heading('Proposals')} ${filterForm(filter, visit)} ${statusLinks(counts, filter, visit)}
    ${sampleNote(filter, visit)} ${bulkForms(filter, counts, visit)}
    ${cards.length > 0 ? cards : html`<p class="empty">There are no such proposals.</p>`}
    ${pager({ here: href(back), next: page.next_page_token, isLater: token !== undefined })}`,
  }
}

/** The statuses that there are, with the rest of the filter kept. */
function statusLinks({ counts, total }: ProposalCounts, filter: Filter, { href }: Visit): Html {
  const shown = Object.entries(counts).filter(([status, count]) => count > 0 || status === filter.status)
  const links = [...shown, [ALL, total] as const].map(
    ([status, count]) =>
      html`<li>
        <a href="${href(pathOf({ ...filter, status }))}" ${status === filter.status ? html`aria-current="true"` : ''}
          >${status === ALL ? 'all' : badge(status)} ${number(count)}</a
        >
      </li>`,
  )
  return html`<nav aria-label="By status">
    <ul class="tabs">
      ${links}
    </ul>
  </nav>`
}

function sampleNote({ sample, ...filter }: Filter, { href }: Visit): Html | '' {
  if (sample === undefined) return ''
  return html`<p class="ask">
    This is a sample: about ${number(Number(sample) * 100)} % of the filter, always the same ones. When it looks right,
    <a href="${href(pathOf(filter))}">decide on all that fit the filter</a>.
  </p>`
}
