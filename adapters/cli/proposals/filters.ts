import { type Command, InvalidArgumentError, Option } from 'commander'
import { WRITE_STATUSES } from '#domain/write/write.ts'
import type { OperationRequest, ProposalQuery } from '../../client/types.ts'

/** Which proposals a command is about. */
export interface Filters {
  readonly status?: readonly (typeof WRITE_STATUSES)[number][]
  readonly agent?: string
  readonly batch?: string
  readonly job?: string
  readonly target?: string
  readonly flag?: string
  readonly sample?: number
}

/** What one request may bring. */
const LARGEST_PAGE = 100

export function withFilters(command: Command): Command {
  return command
    .addOption(new Option('--status <statuses...>', 'those in one of these').choices([...WRITE_STATUSES]))
    .option('--agent <agent>', 'those of this agent')
    .option('--batch <name>', 'those of the jobs of this group')
    .option('--job <job>', 'those of this job')
    .option('--target <start>', 'those whose target begins with this')
    .option('--flag <flag>', 'those of which this flag says something')
    .option('--sample <share>', 'about this share of them, such as 0.05, always the same ones', share)
}

export function queryOf(filters: Filters, pageSize = LARGEST_PAGE): ProposalQuery {
  return { ...filterQueryOf(filters), page_size: Math.max(1, Math.min(pageSize, LARGEST_PAGE)) }
}

/** Of a count, which has no pages. */
export function filterQueryOf({ status, sample, ...rest }: Filters): Omit<ProposalQuery, 'page_size' | 'page_token'> {
  return {
    ...rest,
    ...(status && { status: status.join(',') }),
    ...(sample !== undefined && { sample: String(sample) }),
  }
}

type DecisionRequest = Extract<OperationRequest, { readonly action: 'approve' | 'apply' | 'undo' }>

export function bodyOf({ status, ...rest }: Filters): DecisionRequest['filter'] {
  return { ...rest, ...(status && { status: [...status] }) }
}

export function filtersIn({ status, agent, batch, job, target, flag, sample }: Filters): Filters {
  return {
    ...(status && { status }),
    ...(agent !== undefined && { agent }),
    ...(batch !== undefined && { batch }),
    ...(job !== undefined && { job }),
    ...(target !== undefined && { target }),
    ...(flag !== undefined && { flag }),
    ...(sample !== undefined && { sample }),
  }
}

/** @throws {InvalidArgumentError} */
function share(text: string): number {
  if (/^0?\.\d{1,3}$/.test(text) && Number(text) > 0) return Number(text)
  throw new InvalidArgumentError('It must be a share between 0 and 1, such as 0.05.')
}
