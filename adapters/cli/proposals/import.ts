import { inWords } from '../client-error.ts'
import { CliError } from '../server-call.ts'
import { withoutControls } from '#adapters/web/without-controls.ts'
import { isConfirmed } from './ask.ts'
import { type ImportPlan, type PlannedDecision, type RefusedRow, planImport } from './plan-import.ts'
import type { ProposalWorld } from './proposal-world.ts'
import { readSheet } from './read-sheet.ts'

export interface ImportOptions {
  readonly yes?: boolean
  readonly dryRun?: boolean
}

/** Takes the decisions of a file, after it has said what they would be. The exit code is 1 where a row is not taken. */
export async function importProposals(world: ProposalWorld, path: string, options: ImportOptions): Promise<void> {
  const plan = await planImport(world, await readSheet(path))
  world.print(summaryOf(plan))
  showRefused(world, plan.refused)
  const count = plan.decisions.length
  if (count === 0 || options.dryRun === true) return
  if (options.yes !== true && !(await isConfirmed(world, `Take ${String(count)} decisions?`))) return
  await takeAll(world, plan.decisions)
}

async function takeAll(world: ProposalWorld, decisions: ImportPlan['decisions']): Promise<void> {
  const { print, note } = world
  let taken = 0
  for (const planned of decisions) {
    const refused = await take(world, planned)
    if (refused) showRefused(world, [refused])
    else taken++
  }
  print(`${String(taken)} of ${String(decisions.length)} decisions were taken.\n`)
  if (taken > 0) note('Nothing is written yet: "errand proposals apply" does that.\n')
}

function showRefused({ note, exit }: ProposalWorld, refused: readonly RefusedRow[]): void {
  for (const { rows, id, why } of refused) note(`row ${rows}  ${withoutControls(id)}  ${withoutControls(why)}\n`)
  if (refused.length > 0) exit(1)
}

async function take({ errand, signal }: ProposalWorld, planned: PlannedDecision): Promise<RefusedRow | null> {
  const { rows, id, version, decision } = planned
  try {
    const { action, ...said } = decision
    await errand.proposals[action](id, said, { version, signal })
    return null
  } catch (error) {
    const words = inWords(error)
    if (!(words instanceof CliError)) throw error
    return { rows, id, why: words.message.split('\n')[0] ?? '' }
  }
}

function summaryOf({ decisions, refused, done, blank }: ImportPlan): string {
  const approved = decisions.filter(({ decision }) => decision.action === 'approve')
  const edited = approved.filter(({ decision }) => 'after' in decision)
  const lines = [
    [approved.length - edited.length, 'to approve'],
    [
      edited.length,
      `to approve as edited${edited.length > 0 ? ` (row ${edited.map(({ rows }) => rows).join(', ')})` : ''}`,
    ],
    [decisions.length - approved.length, 'to reject'],
    [done, 'so already'],
    [blank, 'without a decision'],
    [refused.length, 'not taken'],
  ] as const
  return lines.map(([count, what]) => `${String(count).padStart(6)}  ${what}\n`).join('')
}
