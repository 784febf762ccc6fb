import { html } from 'hono/html'
import type { Proposal } from '#adapters/client/types.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Refusal } from '../../refusal.ts'
import type { Html, Page } from '../../route.ts'
import { actorName } from '../../view/actor.ts'
import { alerts, typedText } from '../../view/alert.ts'
import { badge } from '../../view/badge.ts'
import { card, heading } from '../../view/card.ts'
import { facts } from '../../view/facts.ts'
import { time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'
import { decisions, remarks } from './card.ts'
import { sideBySide } from '../../view/diff.ts'

/** A form that was refused, with what the visitor has written in its field. */
export interface Refused extends Refusal {
  readonly field: 'after' | 'reason'
  readonly text: string
}

export async function showProposal(visit: Visit, refused: Refused | null = null): Promise<Page> {
  const proposal = await visit.api.proposals.get(visit.param('id'))
  const { id, target, status, before, after, suggested, found } = proposal
  return {
    title: target,
    section: 'proposals',
    ...(refused && { status: refused.status }),
    body: html`${heading(html`${target} ${badge(status)}`, decisions(proposal, visit, `/proposals/${id}`))}
    ${refused ? refusedNote(proposal, visit, refused) : ''}
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
    ${canEdit(proposal, visit) ? html`<div class="columns">${editCard(proposal, visit, textOf('after', refused))} ${rejectCard(proposal, visit, textOf('reason', refused))}</div>` : ''}
    ${card('Proposal', definition(proposal, visit))}`,
  }
}

function textOf(field: Refused['field'], refused: Refused | null): string | null {
  return refused?.field === field ? refused.text : null
}

/** Why, and what was typed where no form is there any more to hold it. */
function refusedNote(proposal: Proposal, visit: Visit, { field, text, problems }: Refused): Html {
  const hasForm = canEdit(proposal, visit) && (field === 'after' || proposal.status !== 'rejected')
  return html`${alerts(problems)} ${hasForm ? '' : typedText(text)}`
}

function canEdit({ mode, status, expiresAt }: Proposal, { may }: Visit): boolean {
  return (
    mode === 'propose' && expiresAt !== null && may('approve') && ['proposed', 'approved', 'rejected'].includes(status)
  )
}

/** @param typed what the visitor has written, where it was refused. */
function editCard({ id, version, after }: Proposal, { href }: Visit, typed: string | null): Html {
  const isText = typeof after === 'string'
  return card(
    'Edit and approve',
    html`<form class="stack" method="post" action="${href(`/proposals/${id}/edit`)}">
      <input type="hidden" name="version" value="${String(version)}" />
      <input type="hidden" name="kind" value="${isText ? 'text' : 'json'}" />
      <label for="edited">${isText ? 'Text' : 'JSON'} to write in its place</label>
      <textarea id="edited" name="after" rows="10" ${typed === null ? '' : html`aria-invalid="true"`}>
${typed ?? editable(after)}</textarea>
      <button class="primary">Approve edited</button>
      <p class="hint">The guards of the tool look at it again.</p>
    </form>`,
  )
}

function editable(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

function rejectCard({ id, version, status }: Proposal, { href }: Visit, typed: string | null): Html | '' {
  if (status === 'rejected') return ''
  return card(
    'Reject with a reason',
    html`<form class="stack" method="post" action="${href(`/proposals/${id}/reject`)}">
      <input type="hidden" name="version" value="${String(version)}" />
      <input type="hidden" name="back" value="/proposals/${id}" />
      <label for="reason">Reason</label>
      <input id="reason" name="reason" maxlength="2000" value="${typed ?? ''}" />
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
    Deleted: expiresAt === null ? null : time(expiresAt),
  })
}
