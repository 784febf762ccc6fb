import { html } from 'hono/html'
import type { Proposal } from '#adapters/client/types.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Html, Page } from '../../route.ts'
import { actorName } from '../../view/actor.ts'
import { alert } from '../../view/alert.ts'
import { badge } from '../../view/badge.ts'
import { card, heading } from '../../view/card.ts'
import { facts } from '../../view/facts.ts'
import { time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'
import { decisions, remarks } from './card.ts'
import { sideBySide } from './diff.ts'

/** An edit that was refused, with what the visitor has written. */
export interface Refused {
  readonly text: string
  readonly problem: string
}

export async function showProposal(visit: Visit, refused: Refused | null = null): Promise<Page> {
  const proposal = await visit.api.proposals.get(visit.param('id'))
  const { id, target, status, before, after, suggested, found } = proposal
  return {
    title: target,
    section: 'proposals',
    ...(refused && { status: 400 as const }),
    body: html`${heading(html`${target} ${badge(status)}`, decisions(proposal, visit, `/proposals/${id}`))}
    ${card('Change', html`${sideBySide({ before, after })} ${remarks(proposal)}`)}
    ${
      suggested === undefined
        ? ''
        : card(
            'Edited by a person',
            sideBySide({ before: suggested, after, labels: ['What the agent wrote', 'Edited'] }),
          )
    }
    ${
      found === undefined
        ? ''
        : card('What is there now', sideBySide({ before, after: found, labels: ['Expected', 'Found'] }))
    }
    ${canEdit(proposal, visit) ? html`<div class="columns">${editCard(proposal, visit, refused)} ${rejectCard(proposal, visit)}</div>` : ''}
    ${card('Proposal', definition(proposal, visit))}`,
  }
}

function canEdit({ mode, status, expiresAt }: Proposal, { may }: Visit): boolean {
  return (
    mode === 'propose' && expiresAt !== null && may('approve') && ['proposed', 'approved', 'rejected'].includes(status)
  )
}

function editCard({ id, version, after }: Proposal, { href }: Visit, refused: Refused | null): Html {
  const isText = typeof after === 'string'
  const text = refused?.text ?? editable(after)
  return card(
    'Edit and approve',
    html`<form class="stack" method="post" action="${href(`/proposals/${id}/edit`)}">
      <input type="hidden" name="version" value="${String(version)}" />
      <input type="hidden" name="kind" value="${isText ? 'text' : 'json'}" />
      <label for="edited">${isText ? 'Text' : 'JSON'} to write in its place</label>
      <textarea id="edited" name="after" rows="10" ${refused ? html`aria-invalid="true"` : ''}>${text}</textarea>
      ${refused ? alert(refused.problem) : ''}
      <button class="primary">Approve edited</button>
      <p class="hint">The guards of the tool look at it again.</p>
    </form>`,
  )
}

function editable(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

function rejectCard({ id, version, status }: Proposal, { href }: Visit): Html | '' {
  if (status === 'rejected') return ''
  return card(
    'Reject with a reason',
    html`<form class="stack" method="post" action="${href(`/proposals/${id}/reject`)}">
      <input type="hidden" name="version" value="${String(version)}" />
      <input type="hidden" name="back" value="/proposals/${id}" />
      <label for="reason">Reason</label>
      <input id="reason" name="reason" maxlength="2000" />
      <button class="danger">Reject</button>
    </form>`,
  )
}

function definition(proposal: Proposal, { href }: Visit): Html {
  const { id, agent, batch, tool, mode, jobId, createdAt, expiresAt, decidedAt, decidedBy, requestedBy } = proposal
  return facts({
    Id: html`<code>${id}</code>`,
    Agent: agent,
    Tool: html`<code>${tool}</code>`,
    Mode: mode === 'apply' ? 'written by its job' : 'proposed to a person',
    Job: html`<a href="${href(`/jobs/${jobId}`)}"><code>${jobId}</code></a>`,
    Batch: batch,
    Proposed: time(createdAt),
    Decided: decidedAt === undefined ? null : html`${time(decidedAt)} by ${actorName(decidedBy)}`,
    'Applied or undone by': requestedBy && actorName(requestedBy),
    'Deleted at': expiresAt === null ? null : time(expiresAt),
  })
}
