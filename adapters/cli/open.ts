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
    .description('open the console, at a job or a batch if one is named; prints its address')
    .option('--print', 'print the address, and open nothing', false)
    .action((id: string | undefined, { print: only }: { print: boolean }) => {
      const url = `${server().serverUrl.replace(/\/+$/, '')}/console${pageOf(id)}`
      print(`${url}\n`)
      if (!only) browse?.(url)
    })
}

/** @throws {CliError} for an id that has no page. */
function pageOf(id: string | undefined): string {
  if (id === undefined) return ''
  const kind = /^(job|batch|op)_/.exec(id)?.[1]
  const folder = kind === undefined ? undefined : { job: 'jobs', batch: 'batches', op: 'operations' }[kind]
  if (folder === undefined) throw new CliError(`"${id}" is no id of a job, a batch or an operation.`)
  return `/${folder}/${encodeURIComponent(id)}`
}
