import { type ParseArgsOptionDescriptor, parseArgs } from 'node:util'

/** An option of `parseArgs`, with what `--help` says of it. */
type Option = ParseArgsOptionDescriptor & { readonly help: string }

type Values<T extends Readonly<Record<string, Option>>> = ReturnType<typeof parseArgs<{ options: T }>>['values']

/** The options of the command line. `--help`, or an option that does not exist, ends the process before it measures anything. */
export function readOptions<const T extends Readonly<Record<string, Option>>>(about: string, options: T): Values<T> {
  const help = helpOf(about, options)
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(help)
    process.exit(0)
  }
  try {
    return parseArgs<{ options: T }>({ options }).values
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`)
    process.exit(2)
  }
}

function helpOf(about: string, options: Readonly<Record<string, Option>>): string {
  const lines = Object.entries(options).map(([name, { type, default: value, help }]) => {
    const usual = type === 'string' && value !== undefined ? ` (${String(value)})` : ''
    return `  --${name.padEnd(14)}${help}${usual}`
  })
  return [about, '', 'Options, with their defaults:', ...lines, `  --${'help'.padEnd(14)}this text`, ''].join('\n')
}
