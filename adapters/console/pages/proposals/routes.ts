import type { JsonValue } from '#domain/json/json.ts'
import { refusalOf } from '../../refusal.ts'
import { type ConsoleRoute, type Done, type Page, get, post } from '../../route.ts'
import { textIn } from '../../view/field.ts'
import type { Visit } from '../../visit.ts'
import { decideInBulk } from './bulk.ts'
import { showProposals } from './list.ts'
import { showProposal } from './proposal.ts'

export const PROPOSALS: readonly ConsoleRoute[] = [
  get('/proposals', showProposals),
  post('/proposals/bulk', decideInBulk),
  get('/proposals/:id', (visit) => showProposal(visit)),
  decide('approve', 'Approved. Apply writes it.', ({ api }, { id, ...options }) =>
    api.proposals.approve(id, {}, options),
  ),
  decide('reject', 'Rejected.', ({ api }, { id, reason, ...options }) =>
    api.proposals.reject(id, reason === '' ? {} : { reason }, options),
  ),
  decide('apply', 'It is being written.', ({ api }, { id, ...options }) => api.proposals.apply(id, options)),
  decide('undo', 'What was there before is being put back.', ({ api }, { id, ...options }) =>
    api.proposals.undo(id, options),
  ),
  post('/proposals/:id/edit', approveEdited),
]

interface Decided {
  readonly id: string
  /** Of the proposal that the visitor has seen. */
  readonly version: number
  readonly reason: string
}

function decide(
  action: string,
  notice: string,
  carryOut: (visit: Visit, decided: Decided) => Promise<unknown>,
): ConsoleRoute {
  return post(`/proposals/:id/${action}`, async (visit) => {
    const form = await visit.form()
    const id = visit.param('id')
    const reason = textIn(form, 'reason')
    try {
      await carryOut(visit, { id, version: Number(textIn(form, 'version')), reason })
    } catch (error) {
      if (reason === '') throw error
      return showProposal(visit, { field: 'reason', text: reason, ...refusalOf(error) })
    }
    const back = textIn(form, 'back')
    return { to: /^\/(?:proposals|inbox)(?:[/?]|$)/.test(back) ? back : `/proposals/${id}`, notice }
  })
}

/** What is refused comes back as it was typed: by the guards, as no JSON, or because the proposal has changed. */
async function approveEdited(visit: Visit): Promise<Done | Page> {
  const form = await visit.form()
  const id = visit.param('id')
  const text = form.get('after')
  const written = typeof text === 'string' ? text.replaceAll('\r\n', '\n') : ''
  try {
    const after = textIn(form, 'kind') === 'json' ? (JSON.parse(written) as JsonValue) : written
    await visit.api.proposals.approve(id, { after }, { version: Number(textIn(form, 'version')) })
    return { to: `/proposals/${id}`, notice: 'Approved as edited. Apply writes it.' }
  } catch (error) {
    const refusal =
      error instanceof SyntaxError
        ? { status: 400 as const, problems: [`This is no JSON: ${error.message}`] }
        : refusalOf(error)
    return showProposal(visit, { field: 'after', text: written, ...refusal })
  }
}
