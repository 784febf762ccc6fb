import { open, rm } from 'node:fs/promises'
import { counted } from '../counted.ts'
import { CliError } from '../server-call.ts'
import { shellWord } from '../shell-word.ts'
import { type Filters, filtersIn, queryOf } from './filters.ts'
import type { ProposalWorld } from './proposal-world.ts'
import { COLUMNS, csvLine, rowsOf } from './sheet.ts'

export interface ExportOptions extends Filters {
  readonly csv: string
  readonly bom?: boolean
}

/** Writes what fits into a file for a spreadsheet, a proposal at a time. @throws {CliError} */
export async function exportProposals(
  world: ProposalWorld,
  { csv: path, bom = false, ...rest }: ExportOptions,
): Promise<void> {
  const { errand, note, signal } = world
  const file = await open(path, 'wx').catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CliError(`Cannot make ${path}, which must not be there yet: ${why}.`, { cause })
  })
  let count = 0
  try {
    await file.write(`${bom ? '\uFEFF' : ''}${csvLine(COLUMNS)}`)
    for await (const proposal of errand.proposals.list(queryOf(filtersIn(rest)), { signal })) {
      await file.write(
        rowsOf(proposal)
          .map((row) => csvLine(COLUMNS.map((column) => row[column])))
          .join(''),
      )
      count++
    }
  } catch (error) {
    // Half a file would pass for all proposals, and be in the way of the next try.
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
  note(
    `${counted(count, 'proposal')} ${count === 1 ? 'is' : 'are'} in ${path}. Write "approve" or "reject" into the column decision, or change after and approve.\n`,
  )
  note(`Then: errand proposals import ${shellWord(path)}\n`)
}
