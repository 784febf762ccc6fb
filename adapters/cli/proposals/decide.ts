import { setTimeout as wait } from 'node:timers/promises'
import { BULK_STATUSES, type DecisionAction } from '#domain/write/decide.ts'
import type { Operation, Proposal } from '../../client/types.ts'
import { StatusLine } from '../batch/status-line.ts'
import { inWords } from '../client-error.ts'
import { counted } from '../counted.ts'
import { jsonText } from '../json-text.ts'
import { type Output } from '../jobs/job-world.ts'
import { CliError } from '../server-call.ts'
import { isConfirmed } from './ask.ts'
import { type Filters, bodyOf, filterQueryOf, filtersIn } from './filters.ts'
import type { ProposalWorld } from './proposal-world.ts'

export interface DecideOptions extends Filters, Output {
  readonly yes?: boolean
  readonly reason?: string
}

export interface Asked {
  readonly action: DecisionAction
  readonly ids: readonly string[]
  readonly options: DecideOptions
}

/** How often progress is looked at: soon at first, for a few are done at once. */
const FIRST_POLL_MS = 20
const POLL_MS = 500

/** Decides on the proposals that are named, or on all that fit. @throws {CliError} for neither, and for both. */
export async function decide(world: ProposalWorld, asked: Asked): Promise<void> {
  const hasFilter = Object.keys(filtersIn(asked.options)).length > 0
  if (asked.ids.length > 0 && hasFilter) throw new CliError('Name proposals, or use a filter, but not both.')
  if (asked.ids.length > 0) return decideEach(world, asked)
  if (!hasFilter) throw new CliError('Name proposals, or say which with a filter, such as --batch.')
  return decideAll(world, asked)
}

/** One line for each; the exit code is 1 where one could not be done. */
async function decideEach({ errand, print, note, exit, signal }: ProposalWorld, asked: Asked): Promise<void> {
  const { action, ids, options } = asked
  const decided: Proposal[] = []
  for (const id of ids) {
    try {
      const proposal =
        action === 'apply' || action === 'undo'
          ? await errand.proposals[action](id, { signal })
          : await errand.proposals[action](id, reasonOf(options), { signal })
      decided.push(proposal)
      if (options.json !== true) print(`${id}  ${proposal.status}\n`)
    } catch (error) {
      const said = inWords(error)
      if (!(said instanceof CliError)) throw error
      note(`${id}  ${said.message}\n`)
      exit(1)
    }
  }
  if (options.json === true) print(jsonText(decided))
}

async function decideAll(world: ProposalWorld, { action, options }: Asked): Promise<void> {
  const { errand, print, note, signal } = world
  const filters = filtersIn(options)
  const count = await countFor(world, action, filters)
  if (count === 0) {
    note(`There is nothing to ${action} that fits.\n`)
    return
  }
  const what = `${capital(action)} ${counted(count, 'proposal')}?`
  if (options.yes !== true && !(await isConfirmed(world, what))) return
  const filter = bodyOf(filters)
  const request =
    action === 'reject' ? ({ action, filter, ...reasonOf(options) } as const) : ({ action, filter } as const)
  const ended = await followed(world, await errand.startOperation(request, { signal }))
  print(options.json === true ? jsonText(ended) : summaryOf(action, ended))
  note(NEXT[action])
}

function summaryOf(action: DecisionAction, { done, skipped }: Operation): string {
  const rest = skipped === 0 ? '' : `, ${String(skipped)} skipped, for they had changed`
  return `${DONE[action]} ${String(done)}${rest}.\n`
}

const UNDER_WAY =
  'They are carried out one after the other. Those that fail: errand proposals list --status stale failed\n'

/** What the person may do next. */
const NEXT: Readonly<Record<DecisionAction, string>> = {
  approve: 'Nothing is written yet: "errand proposals apply" does that.\n',
  reject: '',
  apply: UNDER_WAY,
  undo: UNDER_WAY,
}

const DONE: Readonly<Record<DecisionAction, string>> = {
  approve: 'Approved',
  reject: 'Rejected',
  apply: 'Asked to apply',
  undo: 'Asked to undo',
}

/** How many an operation would act on now. */
async function countFor({ errand, signal }: ProposalWorld, action: DecisionAction, filters: Filters): Promise<number> {
  const status = BULK_STATUSES[action].filter((one) => !filters.status || filters.status.includes(one))
  if (status.length === 0) return 0
  // Those of a job that is not finished cannot be decided.
  const { ready } = await errand.proposals.counts(filterQueryOf({ ...filters, status }), { signal })
  return status.reduce((sum, one) => sum + ready[one], 0)
}

async function followed({ errand, note, isTerminal, signal }: ProposalWorld, begun: Operation): Promise<Operation> {
  const line = new StatusLine(isTerminal ? note : null)
  let operation = begun
  let pause = FIRST_POLL_MS
  while (operation.status === 'running') {
    line.show(`${String(operation.done + operation.skipped)} of ${String(operation.total)}`)
    await wait(pause, undefined, { signal })
    pause = Math.min(pause * 2, POLL_MS)
    operation = await errand.operation(operation.id, { signal })
  }
  line.clear()
  return operation
}

function reasonOf({ reason }: DecideOptions): { readonly reason?: string } {
  return reason === undefined ? {} : { reason }
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}
