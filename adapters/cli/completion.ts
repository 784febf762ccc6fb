import { type Command, Option } from 'commander'

const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]

/** A command with what may follow it: names of commands below it, and its options. */
interface Place {
  /** Such as ` batch show`; `` for the program. */
  readonly path: string
  readonly commands: readonly { readonly name: string; readonly says: string }[]
  readonly options: readonly { readonly name: string; readonly says: string }[]
}

/** Prints what a shell evaluates to complete `errand`. It is made of the commands themselves. */
export function addCompletionCommand(program: Command, print: (text: string) => void): void {
  program
    .command('completion <shell>')
    .description('print the completion of a shell (bash, zsh or fish), which the shell evaluates')
    .action((given: string, _options: object, command: Command) => {
      const shell = SHELLS.find((known) => known === given)
      if (shell === undefined) command.error(`error: There is no completion for "${given}": say bash, zsh or fish.`)
      print(SCRIPTS[shell](placesOf(program, '')))
    })
}

const SCRIPTS: Readonly<Record<Shell, (places: readonly Place[]) => string>> = {
  bash: (places) => `_errand() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" place="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$place $word" in
      ${pathsOf(places)}) place="$place $word" ;;
    esac
  done
  case "$place" in
${places.map(({ path, ...place }) => `    "${path}") words="${wordsOf(place)}" ;;\n`).join('')}  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _errand errand
`,
  zsh: (places) => `#compdef errand
_errand() {
  local place="" word
  local -a found
  for word in \${words[2,CURRENT-1]}; do
    case "$place $word" in
      ${pathsOf(places)}) place="$place $word" ;;
    esac
  done
  case "$place" in
${places.map(({ path, ...place }) => `    "${path}") found=(${wordsOf(place)}) ;;\n`).join('')}  esac
  compadd -- $found
  _files
}
compdef _errand errand
`,
  fish: (places) => places.flatMap(fishLines).join(''),
}

/** As patterns of a `case`. */
function pathsOf(places: readonly Place[]): string {
  return places.flatMap(({ path }) => (path === '' ? [] : [`"${path}"`])).join(' | ')
}

function wordsOf({ commands, options }: Omit<Place, 'path'>): string {
  return [...commands, ...options].map(({ name }) => name).join(' ')
}

function fishLines({ path, commands, options }: Place): readonly string[] {
  const seen = path.split(' ').filter((word) => word !== '')
  const below = commands.map(({ name }) => name).join(' ')
  const here = seen.map((word) => `__fish_seen_subcommand_from ${word}`)
  const when = [...here, ...(below === '' ? [] : [`not __fish_seen_subcommand_from ${below}`])].join('; and ')
  const named = commands.map(({ name, says }) => `complete -c errand -n '${when}' -a ${name} -d '${quoted(says)}'\n`)
  const condition = here.length === 0 ? '' : ` -n '${here.join('; and ')}'`
  const long = options.map(
    ({ name, says }) => `complete -c errand${condition} -l ${name.slice(2)} -d '${quoted(says)}'\n`,
  )
  return [...named, ...long]
}

function quoted(text: string): string {
  return text.replaceAll(/['\\]/g, '\\$&')
}

function placesOf(command: Command, path: string): readonly Place[] {
  const below = command.commands.filter((one) => one.name() !== 'help')
  const options = [...command.options, new Option('--help', 'show help')]
  const place: Place = {
    path,
    commands: below.map((one) => ({ name: one.name(), says: one.description() })),
    options: options.flatMap(({ long, description }) => (long ? [{ name: long, says: description }] : [])),
  }
  return [place, ...below.flatMap((one) => placesOf(one, `${path} ${one.name()}`))]
}
