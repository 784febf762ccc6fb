import { execFileSync } from 'node:child_process'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addCompletionCommand } from '#adapters/cli/completion.ts'

function scriptOf(shell: string): string {
  let printed = ''
  const program = new Command('errand').exitOverride().configureOutput({ writeErr: () => undefined })
  program.command('list').description("list the server's jobs").option('--status <status>', 'in it').option('--json')
  const batch = program.command('batch').description('groups')
  batch.command('show <id>').option('--json', 'as it is')
  addCompletionCommand(program, (text) => {
    printed += text
  })
  program.parse(['completion', shell], { from: 'user' })
  return printed
}

/** What bash itself would offer after these words. */
function offered(...words: readonly string[]): readonly string[] {
  const asked = `COMP_WORDS=(errand ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${String(words.length)}`
  const script = `${scriptOf('bash')}\n${asked}\n_errand\nprintf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n')
}

test.each([
  [['b'], ['batch']],
  [['li'], ['list']],
  [
    ['list', '--'],
    ['--status', '--json', '--help'],
  ],
  [['list', '--json', '--st'], ['--status']],
  [
    ['batch', ''],
    ['show', '--help'],
  ],
  [['batch', 'show', 'list', '--j'], ['--json']],
  [['list', 'x'], ['']],
])('bash offers after %j: %j', (words, expected) => {
  expect(offered(...words)).toEqual(expected)
})

// No zsh and no fish is needed for the tests: their scripts are compared with what these shells document.
test('zsh and fish get the same words', () => {
  const zsh = scriptOf('zsh')
  expect(zsh).toContain('" batch show") found=(--json --help) ;;')
  expect(zsh).toContain('compdef _errand errand')
  const fish = scriptOf('fish')
  expect(fish).toContain(
    `complete -c errand -n 'not __fish_seen_subcommand_from list batch completion' -a list -d 'list the server\\'s jobs'\n`,
  )
  expect(fish).toContain(
    `complete -c errand -n '__fish_seen_subcommand_from batch; and __fish_seen_subcommand_from show' -l json -d 'as it is'\n`,
  )
})

test('another shell is refused', () => {
  expect(() => scriptOf('tcsh')).toThrow('There is no completion for "tcsh": say bash, zsh or fish.')
})
