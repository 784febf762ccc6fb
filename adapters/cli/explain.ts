import type { Command } from 'commander'
import { ERROR_CODES } from '#domain/app-error.ts'
import { CliError } from './server-call.ts'

/** Says what an error code means; without one, lists them. It needs no server and no project. */
export function addExplainCommand(program: Command, print: (text: string) => void): void {
  program
    .command('explain [code]')
    .description('say what an error code means, and what to do')
    .action(async (given?: string) => {
      if (given === undefined) {
        print(`${ERROR_CODES.toSorted().join('\n')}\n`)
        return
      }
      const code = ERROR_CODES.find((known) => known === given.toLowerCase().replaceAll('-', '_'))
      if (code === undefined) throw new CliError(`There is no error code "${given}". "errand explain" lists them.`)
      const { EXPLANATIONS } = await import('#domain/explanation/explanation.ts')
      const { cause, remedy } = EXPLANATIONS[code]
      print(`${code}\n\nWhy         ${cause}\nWhat to do  ${remedy}\n`)
    })
}
