import type { Command } from 'commander'
import { CliError, type ServerAddress } from './server-call.ts'

export interface OpenCommand {
  readonly server: () => Pick<ServerAddress, 'serverUrl'>
  readonly print: (text: string) => void
  /** Shows an address in the browser; `null` where no person sits at a terminal. */
  readonly browse: ((url: string) => void) | null
}

/** Prints the address of the console, and opens it where a person sits at a terminal. */
export function addOpenCommand(program: Command, { server, print, browse }: OpenCommand): void {
  program
    .command('open [id]')
    .description('open the console, at a job, batch, operation or proposal if one is named; prints its address')
    .option('--print', 'print the address, and open nothing', false)
    .action((id: string | undefined, { print: only }: { print: boolean }) => {
      const url = `${server().serverUrl.replace(/\/+$/, '')}/console${pageOf(id)}`
      print(`${url}\n`)
      if (!only) browse?.(url)
    })
}

/** The folder of the console that shows a thing, by how its id begins. */
const FOLDERS: Readonly<Record<string, string>> = {
  job: 'jobs',
  bat: 'batches',
  op: 'operations',
  prop: 'proposals',
}

/** @throws {CliError} for an id that has no page. */
function pageOf(id: string | undefined): string {
  if (id === undefined) return ''
  const folder = FOLDERS[/^([a-z]+)_/.exec(id)?.[1] ?? '']
  if (folder === undefined) throw new CliError(`"${id}" is no id of a job, a batch, an operation or a proposal.`)
  return `/${folder}/${encodeURIComponent(id)}`
}
