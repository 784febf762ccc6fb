import { html } from 'hono/html'
import type { Proposal } from '#adapters/client/types.ts'
import type { Html } from '../../route.ts'
import { actorName } from '../../view/actor.ts'
import { badge } from '../../view/badge.ts'
import { actionButton } from '../../view/button.ts'
import { time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'
import { sideBySide } from '../../view/diff.ts'

/** One proposal in a list, with what may be decided. @param back address of the list, below the console. */
export function proposalCard(proposal: Proposal, visit: Visit, back: string): Html {
  const { id, version, target, status, agent, batch, jobId, createdAt, before, after } = proposal
  const { href } = visit
  // With its version: the buttons of a proposal that has changed are others.
  return html`<article class="card proposal" id="${id}-${String(version)}" aria-labelledby="${id}">
    <header>
      <h2 id="${id}"><a href="${href(`/proposals/${id}`)}">${target}</a></h2>
      ${badge(status)}
    </header>
    ${sideBySide({ before, after })} ${remarks(proposal)}
    <footer class="toolbar">
      ${decisions(proposal, visit, back)}
      <span class="dim about">
        ${agent}${batch === null ? '' : html`, batch <a href="${href(`/proposals?batch=${encodeURIComponent(batch)}`)}">${batch}</a>`},
        <a href="${href(`/jobs/${jobId}`)}">job</a>, ${time(createdAt)}
      </span>
    </footer>
  </article>`
}

/** What flags, people and the target itself have to say of it. */
export function remarks({ flags, problem, reason, decidedBy, status, suggested, found }: Proposal): Html {
  const said = [
    ...flags.map(({ name, problem: text }) => html`<li><span class="tag">${name}</span> ${text}</li>`),
    problem === undefined ? '' : html`<li class="problem">${problem}</li>`,
    found === undefined
      ? ''
      : html`<li class="problem">Something else is there now than before: nothing was written.</li>`,
    suggested === undefined ? '' : html`<li>A person has edited it.</li>`,
    reason === undefined ? '' : html`<li>Rejected: ${reason}</li>`,
    decidedBy
      ? html`<li class="dim">${status === 'rejected' ? 'Rejected' : 'Approved'} by ${actorName(decidedBy)}</li>`
      : '',
  ].filter((one) => one !== '')
  return said.length === 0
    ? html``
    : html`<ul class="remarks">
        ${said}
      </ul>`
}

type Action = 'approve' | 'reject' | 'apply' | 'undo'

const ACTIONS = [
  { action: 'approve', label: 'Approve', from: ['proposed', 'rejected'], kind: 'primary' },
  { action: 'apply', label: 'Apply', from: ['approved', 'undone', 'stale', 'failed'], kind: 'primary' },
  { action: 'reject', label: 'Reject', from: ['proposed', 'approved', 'stale', 'failed'], kind: 'danger' },
  { action: 'undo', label: 'Undo', from: ['applied'], kind: 'plain' },
] as const satisfies readonly { action: Action; label: string; from: readonly string[]; kind: string }[]

/** What may be decided as it stands. The version goes with it, so a visitor decides only on what the page has shown. */
export function decisions(proposal: Proposal, { may, href }: Visit, back: string): Html {
  const { id, version, status, mode, expiresAt } = proposal
  if (expiresAt === null) return html`<span class="dim">Can be decided when its job has ended.</span>`
  if (!may('approve')) return html``
  const shown = ACTIONS.filter(({ action, from }) => {
    // What its job has written was not proposed to a person.
    const isProposed = mode === 'propose' || action === 'apply' || action === 'undo'
    return isProposed && from.some((one) => one === status)
  })
  const fields = { version: String(version), back }
  return html`${shown.map(({ action, label, kind }) =>
    actionButton({ action: href(`/proposals/${id}/${action}`), label, kind, fields }),
  )}`
}
