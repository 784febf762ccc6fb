import type * as z from 'zod'
import type { ProposalFilter } from '#domain/write/filter.ts'
import { WRITE_STATUSES, type WriteStatus } from '#domain/write/write.ts'
import type { ProposalCounts as Counts, ProposalEntry, ProposalPage as Page } from '#ports/proposal-index.ts'
import { epochMs, rfc3339 } from './common.ts'
import { tokenOf } from './listing-views.ts'
import type {
  DecidedView,
  ProposalCountQuery,
  ProposalCounts,
  ProposalFilterBody,
  ProposalPage,
  ProposalView,
} from './proposals.ts'

export function proposalView({ write, ...entry }: ProposalEntry): z.infer<typeof ProposalView> {
  const { id, version, tool, target, mode, status, before, after, flags, suggested, found, stored } = write
  const { jobId, agent, batch, expiresAt } = entry
  return {
    id,
    version,
    jobId,
    agent,
    batch,
    tool,
    target,
    mode,
    status,
    before,
    after,
    ...(suggested !== undefined && { suggested }),
    flags: [...flags],
    ...(found !== undefined && { found }),
    ...(stored !== undefined && { stored }),
    ...historyOf(write),
    expiresAt: expiresAt === null ? null : rfc3339(expiresAt),
    links: linksOf(id, jobId),
  }
}

/** What a key that may decide, and not read, is shown. */
export function withoutContents(view: z.infer<typeof ProposalView>): z.infer<typeof DecidedView> {
  const { id, version, jobId, status, createdAt, updatedAt, expiresAt, links } = view
  return { id, version, jobId, status, createdAt, updatedAt, expiresAt, links }
}

function historyOf(write: ProposalEntry['write']) {
  const { problem, createdAt, updatedAt, decidedAt, decidedBy, reason, requestedBy, requestedAt } = write
  return {
    ...(problem !== null && { problem }),
    createdAt: rfc3339(createdAt),
    updatedAt: rfc3339(updatedAt),
    ...(decidedAt !== null && { decidedAt: rfc3339(decidedAt) }),
    ...(decidedBy && { decidedBy }),
    ...(reason !== null && { reason }),
    ...(requestedAt !== null && { requestedAt: rfc3339(requestedAt) }),
    ...(requestedBy && { requestedBy }),
  }
}

function linksOf(id: string, jobId: string) {
  const self = `/proposals/${id}`
  const links = { approve: `${self}/approve`, reject: `${self}/reject`, apply: `${self}/apply`, undo: `${self}/undo` }
  return { self, job: `/jobs/${jobId}`, ...links }
}

export function proposalPageView({ proposals, next }: Page): z.infer<typeof ProposalPage> {
  return { proposals: proposals.map(proposalView), ...(next && { next_page_token: tokenOf(next) }) }
}

export function proposalCountsView(found: Counts): z.infer<typeof ProposalCounts> {
  const of = (what: 'total' | 'ready') =>
    Object.fromEntries(WRITE_STATUSES.map((status) => [status, found[status][what]])) as Record<WriteStatus, number>
  const counts = of('total')
  return { counts, ready: of('ready'), total: Object.values(counts).reduce((sum, count) => sum + count, 0) }
}

export function proposalFilterOf(body: z.infer<typeof ProposalFilterBody>): ProposalFilter {
  const { status, agent, batch, job, target, flag, sample, createdBefore } = body
  return {
    ...(status && { statuses: [...new Set(status)] }),
    ...(agent !== undefined && { agent }),
    ...(batch !== undefined && { batch }),
    ...(target !== undefined && { target }),
    ...(job !== undefined && { jobId: job }),
    ...(flag !== undefined && { flag }),
    ...(sample !== undefined && { sample }),
    ...(createdBefore !== undefined && { createdBefore: epochMs(createdBefore) }),
  }
}

export function proposalFilterOfQuery({ status, sample, ...rest }: FilterQuery): ProposalFilter {
  const statuses = status?.split(',') as WriteStatus[] | undefined
  return proposalFilterOf({ ...rest, status: statuses, ...(sample !== undefined && { sample: Number(sample) }) })
}

type FilterQuery = z.infer<typeof ProposalCountQuery>
