import { type Context, Hono } from 'hono'
import type { DecideProposal } from '#application/write/decide-proposal.ts'
import { type ReadProposals, entryOf } from '#application/write/read-proposals.ts'
import type { WriteDecision } from '#domain/write/decide.ts'
import { type AppEnv, callerOf, mayRead, tenantOf } from '../../context.ts'
import { nextPage } from '../../next-page.ts'
import { expectedVersion } from '../../request-headers.ts'
import { readJson } from '../../read-json.ts'
import { readQuery } from '../../read-query.ts'
import type { Resource } from '../../resource.ts'
import { cursorOf } from '../../wire/listing-views.ts'
import {
  proposalCountsView,
  proposalFilterOfQuery,
  proposalPageView,
  proposalView,
  withoutContents,
} from '../../wire/proposal-views.ts'
import { ApprovalRequest, ProposalCountQuery, ProposalsQuery, RejectionRequest } from '../../wire/proposals.ts'
import { PROPOSAL_REFUSALS, PROPOSAL_ROUTES } from './routes.ts'

export interface ProposalResourceDeps {
  readonly readProposals: ReadProposals
  readonly decideProposal: Pick<DecideProposal, 'execute'>
}

export function proposalResource(deps: ProposalResourceDeps): Resource {
  return { path: '/proposals', routes: PROPOSAL_ROUTES, refusals: PROPOSAL_REFUSALS, app: served(deps) }
}

function served({ readProposals, decideProposal }: ProposalResourceDeps): Hono<AppEnv> {
  const decide = async (c: Context<AppEnv, '/:id/:action'>, decision: WriteDecision): Promise<Response> => {
    const proposalId = c.req.param('id')
    const version = expectedVersion(c)
    const job = await decideProposal.execute({ ...callerOf(c), proposalId, decision, version })
    const view = proposalView(entryOf(job, proposalId))
    c.header('etag', etagOf(view))
    return c.json(mayRead(c) ? view : withoutContents(view))
  }
  return new Hono<AppEnv>()
    .get('/', async (c) => {
      const { page_size: size, page_token: token, ...query } = readQuery(c, ProposalsQuery)
      const filter = proposalFilterOfQuery(query)
      const page = proposalPageView(
        await readProposals.list({ tenantId: tenantOf(c), filter, size, after: cursorOf(token) }),
      )
      if (page.next_page_token !== undefined)
        c.header('link', `<${nextPage(c.req.url, page.next_page_token)}>; rel="next"`)
      return c.json(page)
    })
    .get('/counts', async (c) => {
      const filter = proposalFilterOfQuery(readQuery(c, ProposalCountQuery))
      return c.json(proposalCountsView(await readProposals.count(tenantOf(c), filter)))
    })
    .get('/:id', async (c) => {
      const view = proposalView(await readProposals.get(tenantOf(c), c.req.param('id')))
      c.header('etag', etagOf(view))
      return c.json(view)
    })
    .post('/:id/approve', async (c) => {
      const { after } = await readJson(c, ApprovalRequest)
      return decide(c, { action: 'approve', ...(after !== undefined && { after }) })
    })
    .post('/:id/reject', async (c) => {
      const { reason } = await readJson(c, RejectionRequest)
      return decide(c, { action: 'reject', ...(reason !== undefined && { reason }) })
    })
    .post('/:id/apply', (c) => decide(c, { action: 'apply' }))
    .post('/:id/undo', (c) => decide(c, { action: 'undo' }))
}

function etagOf({ version }: { readonly version: number }): string {
  return `"${String(version)}"`
}
