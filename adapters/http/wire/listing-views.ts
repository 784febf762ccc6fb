import type * as z from 'zod'
import type { JobCount } from '#application/job/count-jobs.ts'
import type { JobStatus } from '#domain/job/job.ts'
import type { JobCursor, JobFilter } from '#domain/job/filter.ts'
import { searchWords } from '#domain/job/search-text.ts'
import type { ProposalFilter } from '#domain/write/filter.ts'
import type { ProposalFilterBody } from './proposals.ts'
import type { JobEntry, JobPage as Page } from '#ports/job-index.ts'
import type { Operation } from '#domain/operation/operation.ts'
import { InvalidRequestError } from '../errors.ts'
import { epochMs, rfc3339 } from './common.ts'
import {
  type CountQuery,
  type JobCounts,
  type JobFilterBody,
  type JobPage,
  type JobSummary,
  type ListQuery,
  type OperationView,
  jobNeed,
} from './listing.ts'
import { moneyView } from './money.ts'

export function filterOfBody(body: z.infer<typeof JobFilterBody>): JobFilter {
  const { status, agent, tag, batch, error, needs, stopReason, createdAfter, createdBefore } = body
  return {
    ...(status && { statuses: status }),
    ...(agent !== undefined && { agent }),
    ...(tag !== undefined && { tag }),
    ...(batch !== undefined && { batch }),
    ...(error !== undefined && { errorCode: error }),
    ...(needs && NEEDS[needs]),
    ...(stopReason !== undefined && { stopReason }),
    ...(createdAfter !== undefined && { createdAfter: epochMs(createdAfter) }),
    ...(createdBefore !== undefined && { createdBefore: epochMs(createdBefore) }),
  }
}

const NEEDS = {
  outcome: { hasUnknownCalls: true },
  approval: { needsApproval: true },
  callback: { hasFailedCallback: true },
} as const satisfies Record<string, JobFilter>

export function filterOfQuery(query: z.infer<typeof CountQuery> & Pick<z.infer<typeof ListQuery>, 'q'>): JobFilter {
  const {
    status,
    created_after: createdAfter,
    created_before: createdBefore,
    stop_reason: stopReason,
    q,
    ...rest
  } = query
  const statuses = status?.split(',') as JobStatus[] | undefined
  const filter = filterOfBody({
    ...rest,
    status: statuses && [...new Set(statuses)],
    createdAfter,
    createdBefore,
    stopReason,
  })
  return q === undefined ? filter : { ...filter, words: searchWords(q) ?? [] }
}

export function pageView({ jobs, next }: Page, { words }: JobFilter): z.infer<typeof JobPage> {
  return {
    jobs: jobs.map(summaryView),
    ...(next && { next_page_token: tokenOf(next) }),
    ...(next && words && { searchedTo: rfc3339(next.createdAt) }),
  }
}

function needsOf(entry: JobEntry): z.infer<typeof JobSummary>['needs'] {
  const { hasUnknownCalls, needsApproval, hasFailedCallback } = entry
  const needs = { outcome: hasUnknownCalls, approval: needsApproval, callback: hasFailedCallback }
  return jobNeed.options.filter((need) => needs[need])
}

function summaryView(entry: JobEntry): z.infer<typeof JobSummary> {
  const {
    id,
    status,
    agent,
    inputPreview,
    tags,
    metadata,
    batch,
    createdAt,
    updatedAt,
    finishedAt,
    errorCode,
    stopReason,
    usage,
    cost,
  } = entry
  return {
    id,
    status,
    agent,
    inputPreview,
    tags: [...tags],
    metadata,
    batch,
    createdAt: rfc3339(createdAt),
    updatedAt: rfc3339(updatedAt),
    finishedAt: finishedAt === null ? null : rfc3339(finishedAt),
    errorCode,
    stopReason,
    needs: needsOf(entry),
    usage,
    ...(cost ? moneyView(cost) : { costMicros: null, unpricedCalls: 0 }),
    links: { self: `/jobs/${id}` },
  }
}

export function countsView({ counts, countedAt, isWhole }: JobCount): z.infer<typeof JobCounts> {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return { counts, total, isWhole, countedAt: rfc3339(countedAt) }
}

export function operationView(operation: Operation): z.infer<typeof OperationView> {
  const {
    id,
    action,
    resolve,
    decide,
    filter,
    status,
    total,
    done,
    skipped,
    createdAt,
    createdBy,
    updatedAt,
    finishedAt,
  } = operation
  return {
    id,
    action,
    ...(resolve && { outcome: resolve.resolution.outcome }),
    ...(typeof resolve?.tool === 'string' && { tool: resolve.tool }),
    filter: decide ? proposalFilterView(decide.filter) : filterView(filter),
    status,
    total,
    done,
    skipped,
    createdAt: rfc3339(createdAt),
    updatedAt: rfc3339(updatedAt),
    finishedAt: finishedAt === null ? null : rfc3339(finishedAt),
    createdBy,
    links: { self: `/operations/${id}` },
  }
}

/** Of `resolve`, with what its jobs need, whether or not the caller named it. */
function filterView(filter: JobFilter): z.infer<typeof JobFilterBody> {
  const { agent, tag, batch, statuses = [], errorCode, stopReason, createdAfter, createdBefore } = filter
  return {
    ...(agent !== undefined && { agent }),
    ...(tag !== undefined && { tag }),
    ...(batch !== undefined && { batch }),
    ...(statuses.length > 0 && { status: [...statuses] }),
    ...(errorCode !== undefined && { error: errorCode }),
    ...needsView(filter),
    ...(stopReason !== undefined && { stopReason }),
    ...(createdAfter !== undefined && { createdAfter: rfc3339(createdAfter) }),
    ...(createdBefore !== undefined && { createdBefore: rfc3339(createdBefore) }),
  }
}

function needsView({
  hasUnknownCalls,
  needsApproval,
  hasFailedCallback,
}: JobFilter): Pick<z.infer<typeof JobFilterBody>, 'needs'> {
  if (needsApproval) return { needs: 'approval' }
  if (hasUnknownCalls) return { needs: 'outcome' }
  return hasFailedCallback ? { needs: 'callback' } : {}
}

function proposalFilterView(filter: ProposalFilter): z.infer<typeof ProposalFilterBody> {
  const { statuses = [], batch, jobId, flag, sample, createdBefore } = filter
  return {
    ...(statuses.length > 0 && { status: [...statuses] }),
    ...(batch !== undefined && { batch }),
    ...(jobId !== undefined && { job: jobId }),
    ...(flag !== undefined && { flag }),
    ...(sample !== undefined && { sample }),
    ...(createdBefore !== undefined && { createdBefore: rfc3339(createdBefore) }),
  }
}

/** A place in the list as opaque text, whose form may change at any time. */
export function tokenOf({ createdAt, id }: JobCursor): string {
  return btoa(`${createdAt.toString(36)} ${id}`)
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** @throws {InvalidRequestError} for what `tokenOf` cannot have made. */
export function cursorOf(token: string | undefined): JobCursor | null {
  if (token === undefined) return null
  const [, time, id] = /^([0-9a-z]{1,11}) (\w{1,64})$/.exec(decode(token)) ?? []
  if (time === undefined || id === undefined) {
    throw new InvalidRequestError(['page_token: must be the next_page_token of an earlier page'])
  }
  return { createdAt: Number.parseInt(time, 36), id }
}

function decode(token: string): string {
  try {
    return atob(token.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return ''
  }
}
