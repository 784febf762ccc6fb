import type { Command } from 'commander'
import type { DecisionAction } from '#domain/write/decide.ts'
import type { Proposal } from '../../client/types.ts'
import { wholeNumber } from '../input.ts'
import { jsonText } from '../json-text.ts'
import { type Output } from '../jobs/job-world.ts'
import { onServer } from '../on-server.ts'
import type { ServerCommands } from '../server-call.ts'
import type { DecideOptions } from './decide.ts'
import type { ExportOptions } from './export.ts'
import { type Filters, filtersIn, queryOf, withFilters } from './filters.ts'
import type { ImportOptions } from './import.ts'
import type { ProposalWorld } from './proposal-world.ts'

export interface ProposalCommands extends ServerCommands, Omit<ProposalWorld, 'errand'> {}

type Act = <Args extends unknown[]>(
  work: (world: ProposalWorld, ...args: Args) => Promise<void>,
) => (...args: Args) => Promise<void>

/** What jobs propose to write: shows it, and takes a person's decisions. */
export function addProposalCommands(program: Command, commands: ProposalCommands): void {
  const group = program.command('proposals').description('review what jobs propose to write')
  const act: Act =
    (work) =>
    async (...args) => {
      await onServer(commands.server(), (errand) => work({ ...commands, errand }, ...args))
    }
  addReading(group, act)
  addDecisions(group, act)
  addSheets(group, act)
}

const LIMIT = 50
/** Of `show`, where the output is no terminal. */
const WIDTH = 80

function addReading(group: Command, act: Act): void {
  withJson(withFilters(group.command('list', { isDefault: true })))
    .description('list the proposals, newest first')
    .option('--limit <count>', 'most proposals to list', wholeNumber, LIMIT)
    .action(act((world, options: Filters & Output & { readonly limit: number }) => list(world, options)))
  withJson(group.command('show <proposal>'))
    .description('show a proposal, with what would change')
    .action(
      act(async ({ errand, print, terminal, paint, hasColours, signal }, id: string, output: Output) => {
        const proposal = await errand.proposals.get(id, { signal })
        const layout = { width: terminal?.columns() ?? WIDTH, paint, hasColours }
        const { proposalText } = await import('./proposal-text.ts')
        print(output.json === true ? jsonText(proposal) : proposalText(proposal, layout))
      }),
    )
  withFilters(group.command('review'))
    .description('look at one proposal at a time, and decide with a key')
    .action(
      act(async (world, options: Filters) => {
        const { reviewProposals } = await import('./review.ts')
        await reviewProposals(world, filtersIn(options))
      }),
    )
}

async function list(
  { errand, print, note, signal }: ProposalWorld,
  { json: asJson = false, limit, ...filters }: Filters & Output & { readonly limit: number },
): Promise<void> {
  const found: Proposal[] = []
  for await (const proposal of errand.proposals.list(queryOf(filtersIn(filters), limit), { signal })) {
    if (found.length >= limit) break
    found.push(proposal)
  }
  const { proposalTable } = await import('./proposal-text.ts')
  if (found.length === 0 && !asJson) note('There are no such proposals.\n')
  else print(asJson ? jsonText(found) : proposalTable(found))
}

const MEANINGS: Readonly<Record<DecisionAction, string>> = {
  approve: 'approve proposals; nothing is written yet',
  reject: 'reject proposals',
  apply: 'write what was approved',
  undo: 'put back what was there before',
}

function addDecisions(group: Command, act: Act): void {
  for (const action of ['approve', 'reject', 'apply', 'undo'] as const) {
    const command = withJson(withFilters(group.command(`${action} [proposals...]`)))
      .description(`${MEANINGS[action]}: those that are named, or all that fit`)
      .option('--yes', 'do not ask first')
    if (action === 'reject') command.option('--reason <text>', 'why')
    command.action(
      act(async (world, ids: string[], options: DecideOptions) => {
        const { decide } = await import('./decide.ts')
        await decide(world, { action, ids, options })
      }),
    )
  }
}

function addSheets(group: Command, act: Act): void {
  withFilters(group.command('export'))
    .description('write proposals into a file for a spreadsheet')
    .requiredOption('--csv <file>', 'the file to make')
    .option('--bom', 'begin it as Excel expects it of UTF-8')
    .action(
      act(async (world, options: ExportOptions) => {
        const { exportProposals } = await import('./export.ts')
        await exportProposals(world, options)
      }),
    )
  group
    .command('import <file>')
    .description('take the decisions of such a file, after saying what they would be')
    .option('--dry-run', 'only say what they would be')
    .option('--yes', 'do not ask first')
    .action(
      act(async (world, path: string, options: ImportOptions) => {
        const { importProposals } = await import('./import.ts')
        await importProposals(world, path, options)
      }),
    )
}

function withJson(command: Command): Command {
  return command.option('--json', 'print the answer of the server')
}
