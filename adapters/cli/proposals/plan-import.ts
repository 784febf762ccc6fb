import type { JsonValue } from '#domain/json/json.ts'
import type { Proposal } from '../../client/types.ts'
import { inWords } from '../client-error.ts'
import { CliError } from '../server-call.ts'
import type { ProposalWorld } from './proposal-world.ts'
import type { NumberedRow } from './read-sheet.ts'
import { isSame, rowsOf, valueIn } from './sheet.ts'

/** What a row asks for, as it can be done. */
export interface PlannedDecision {
  readonly rows: string
  readonly id: string
  readonly version: number
  readonly decision:
    { readonly action: 'approve'; readonly after?: JsonValue } | { readonly action: 'reject'; readonly reason?: string }
}

export interface RefusedRow {
  readonly rows: string
  readonly id: string
  readonly why: string
}

export interface ImportPlan {
  readonly decisions: readonly PlannedDecision[]
  readonly refused: readonly RefusedRow[]
  /** Asked for by rows, and so already. */
  readonly done: number
  /** Without a decision. */
  readonly blank: number
}

/** What a cell of Excel may hold: more is cut off without a word. */
const LONGEST_CELL = 32_767

/** How many are looked up at the same time. */
const TOGETHER = 8

/** Compares the rows with how the proposals stand. Changes nothing. */
export async function planImport(world: ProposalWorld, rows: readonly NumberedRow[]): Promise<ImportPlan> {
  const groups = [...Map.groupBy(rows, ({ id }) => id.trim()).values()]
  const asked = groups.filter((group) => group.some(({ decision }) => decision.trim() !== ''))
  const plans: Planned[] = []
  for (let from = 0; from < asked.length; from += TOGETHER) {
    plans.push(...(await Promise.all(asked.slice(from, from + TOGETHER).map((group) => planned(world, group)))))
  }
  return {
    decisions: plans.filter((one) => one !== null && 'decision' in one),
    refused: plans.filter((one) => one !== null && 'why' in one),
    done: plans.filter((one) => one === null).length,
    blank: groups.length - asked.length,
  }
}

/** `null` where it is so already. */
type Planned = PlannedDecision | RefusedRow | null

async function planned({ errand, signal }: ProposalWorld, group: readonly NumberedRow[]): Promise<Planned> {
  const id = group[0]?.id.trim() ?? ''
  const rows = group.map(({ row }) => String(row)).join(', ')
  try {
    const action = decisionOf(group)
    const proposal = await errand.proposals.get(id, { signal })
    const decision = action === 'reject' ? rejection(group, proposal) : approval(group, proposal)
    if (decision === null) return null
    mustBeAsExported(proposal, group)
    return { rows, id, version: proposal.version, decision }
  } catch (error) {
    const said = inWords(error)
    if (!(said instanceof CliError)) throw error
    return { rows, id, why: said.message.split('\n')[0] ?? '' }
  }
}

function rejection(group: readonly NumberedRow[], { status }: Proposal): PlannedDecision['decision'] | null {
  if (status === 'rejected') return null
  const reason = group.map(({ note }) => note.trim()).find((note) => note !== '')
  return { action: 'reject', ...(reason !== undefined && { reason }) }
}

/** @throws {CliError} */
function approval(group: readonly NumberedRow[], proposal: Proposal): PlannedDecision['decision'] | null {
  mustSayWhat(group, proposal)
  mustBeWhole(group, proposal)
  const after = valueIn(new Map(group.map((row) => [row.field, row.after])), proposal)
  if (!isSame(after, proposal.after)) return { action: 'approve', after }
  return APPROVED.includes(proposal.status) ? null : { action: 'approve' }
}

const APPROVED: readonly Proposal['status'][] = ['approved', 'applying', 'applied', 'undoing', 'undone']

/** @throws {CliError} */
function decisionOf(group: readonly NumberedRow[]): 'approve' | 'reject' {
  const said = new Set(group.map(({ decision }) => decision.trim().toLowerCase()).filter((each) => each !== ''))
  if (said.size > 1) throw new CliError('its rows say different decisions')
  const [decision = ''] = said
  if (decision === 'approve' || decision === 'reject') return decision
  throw new CliError(`the decision is "${decision.slice(0, 40)}", and must be approve or reject`)
}

/** @throws {CliError} */
function mustBeAsExported({ version, status }: Proposal, group: readonly NumberedRow[]): void {
  if (group.every((row) => row.version.trim() === String(version))) return
  throw new CliError(`it has changed since the export, and is ${status} now`)
}

/** @throws {CliError} where a cell has been emptied: that is more likely a slip than a text. */
function mustSayWhat(group: readonly NumberedRow[], proposal: Proposal): void {
  const exported = new Map(rowsOf(proposal).map(({ field, after }) => [field, after]))
  const emptied = group.find(({ field, after }) => isBlank(after) && !isBlank(exported.get(field) ?? ''))
  if (!emptied) return
  const where = emptied.field === '' ? '' : ` for "${emptied.field}" in row ${String(emptied.row)}`
  throw new CliError(`its column after is empty${where}: reject it, or say what is to be there`)
}

function isBlank(cell: string): boolean {
  return cell.trim() === ''
}

/** @throws {CliError} where the spreadsheet has cut off what it could not hold. */
function mustBeWhole(group: readonly NumberedRow[], { after }: Proposal): void {
  if (JSON.stringify(after).length <= LONGEST_CELL) return
  if (!group.some((row) => row.after.length >= LONGEST_CELL - 1)) return
  throw new CliError(
    `its text is longer than a cell may be (${String(LONGEST_CELL)} characters): decide on it by its id`,
  )
}
