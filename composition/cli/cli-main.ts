import { browse } from '#adapters/cli/browse.ts'
import type { McpCommands } from '#adapters/cli/mcp.ts'
import { type LocalApp, createProgram } from '#adapters/cli/program.ts'
import { editText } from '#adapters/cli/proposals/editor.ts'
import type { Terminal } from '#adapters/cli/proposals/proposal-world.ts'
import { CliError } from '#adapters/cli/server-call.ts'
import { withoutControls } from '#adapters/cli/without-controls.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { MakeKey } from '#application/tenant/make-key.ts'
import { DefinitionError } from '#domain/agent/errors.ts'
import { AppError } from '#domain/app-error.ts'
import { StartError } from '#adapters/node/process/start-error.ts'
import { withEnvFile } from './env-file.ts'
import { findProject } from './find.ts'
import { serverOf } from './server-of.ts'
import type { NodeSettings, parseNodeSettings } from '../settings/settings.ts'
import { SettingsError } from '../settings/settings-error.ts'
import manifest from '../../package.json' with { type: 'json' }

/** Loaded late: `--help`, and what a server answers, need nothing of it. */
async function open(settings: NodeSettings, config: string | null | undefined): Promise<LocalApp> {
  const { openLocalApp } = await import('./local-app.ts')
  if (config === undefined) return openLocalApp(settings, { config: { agents: [] } })
  const { loadProject } = await import('./load.ts')
  return openLocalApp(settings, await loadProject(findProject(config)))
}

async function loadMcp(
  settings: NodeSettings,
  world: { readonly print: (text: string) => unknown; readonly signal: AbortSignal },
): Promise<McpCommands> {
  const { mcpCommands } = await import('./mcp.ts').catch((cause: unknown) => {
    throw new StartError('MCP servers need the package "@modelcontextprotocol/sdk": install it.', { cause })
  })
  const { nodePublicFetch } = await import('../node/callbacks.ts')
  return mcpCommands({ ...world, publicFetch: nodePublicFetch(settings), env: withEnvFile(process.env) })
}

// The reader of our output may stop reading, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

function terminal(): Terminal | null {
  const { stdin, stdout } = process
  if (!stdin.isTTY || !stdout.isTTY) return null
  return { keys: stdin, columns: () => stdout.columns, edit: (text, suffix) => editText(text, suffix, process.env) }
}

class SettingsReader {
  #parse: typeof parseNodeSettings | null = null

  async load(): Promise<void> {
    this.#parse = (await import('../settings/settings.ts')).parseNodeSettings
  }

  read(): NodeSettings {
    if (this.#parse === null) throw new Error('The settings are read before a command has begun.')
    return this.#parse(withEnvFile(process.env))
  }
}

/** Commands that ask for none. */
const WITHOUT_SETTINGS: ReadonlySet<string> = new Set(['completion', 'explain'])

async function run(): Promise<void> {
  const reader = new SettingsReader()
  const settings = (): NodeSettings => reader.read()
  const interrupt = new AbortController()
  process.once('SIGINT', () => {
    interrupt.abort()
  })
  const print = (text: string): unknown => process.stdout.write(text)
  const note = (text: string): unknown => process.stderr.write(text)
  const program = createProgram({
    open: ({ project, config }) => open(settings(), project ? config : undefined),
    agents: async (config) => {
      const { loadAgents } = await import('./load-agents.ts')
      return (await loadAgents(findProject(config), settings())).agents
    },
    makeKey: new MakeKey({ clock: new SystemClock(), hasher: new WebHasher(), random: new CryptoRandom() }),
    version: manifest.version,
    server: () => serverOf(settings()),
    project: async (config) => {
      const { projectCommands } = await import('./commands.ts')
      return projectCommands({ cli: process.argv[1] ?? '', config, settings, print, note })
    },
    mcp: () => loadMcp(settings(), { print, signal: interrupt.signal }),
    exit: (code) => {
      process.exitCode = code
    },
    print,
    note,
    isTerminal: process.stderr.isTTY,
    // https://no-color.org
    hasColours: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '',
    browse: process.stdout.isTTY ? browse : null,
    terminal: terminal(),
    signal: interrupt.signal,
  })
  // Their schemas are half of what a start loads, and help needs none.
  program.hook('preAction', async (_program, command) => {
    if (!WITHOUT_SETTINGS.has(command.name())) await reader.load()
  })
  await program.parseAsync()
}

/** Runs the command that the process was started with; a failure is reported on stderr and by the exit code. */
export async function main(): Promise<void> {
  await run().catch(fail)
}

function fail(error: unknown): void {
  const foreseen =
    error instanceof AppError ||
    error instanceof CliError ||
    error instanceof DefinitionError ||
    error instanceof SettingsError ||
    error instanceof StartError
  const words = foreseen ? error.message : String(error instanceof Error ? error.stack : error)
  process.stderr.write(`errand: ${withoutControls(words)}\n`)
  process.exitCode = 1
}
