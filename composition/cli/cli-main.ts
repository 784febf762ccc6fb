import { browse } from '#adapters/cli/browse.ts'
import type { McpCommands } from '#adapters/cli/mcp.ts'
import { type LocalApp, createProgram } from '#adapters/cli/program.ts'
import { editText } from '#adapters/cli/proposals/editor.ts'
import type { Terminal } from '#adapters/cli/proposals/proposal-world.ts'
import { CliError, type ServerAddress } from '#adapters/cli/server-call.ts'
import { withoutControls } from '#adapters/web/without-controls.ts'
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
import { type CommandSettings, parseCommandSettings } from '../settings/command.ts'
import type { NodeSettings } from '../settings/settings.ts'
import { SettingsError } from '../settings/settings-error.ts'
import manifest from '../../package.json' with { type: 'json' }

/** Loaded late: `--help`, and what a server answers, need nothing of it. */
async function open(config: string | null): Promise<LocalApp> {
  const { openLocalApp } = await import('./local-app.ts')
  const { loadProject } = await import('./load.ts')
  return openLocalApp(await readSettings(), await loadProject(findProject(config)))
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

/** On a terminal, says which server is called where none is known to be of this folder. */
function notedIfAssumed(server: ServerAddress, note: (text: string) => unknown): ServerAddress {
  if (server.isAssumed === true && process.stderr.isTTY)
    note(`Calling ${server.serverUrl}, as no server has left its address in this folder. ERRAND_URL names another.\n`)
  return server
}

/** What most commands need. @throws {SettingsError} */
function commandSettings(): CommandSettings {
  return parseCommandSettings(withEnvFile(process.env))
}

/** Their schemas are a third of what a command may load. @throws {SettingsError} */
async function readSettings(): Promise<NodeSettings> {
  const { parseNodeSettings } = await import('../settings/settings.ts')
  return parseNodeSettings(withEnvFile(process.env))
}

async function run(): Promise<void> {
  const makeKeyDeps = { clock: new SystemClock(), hasher: new WebHasher(), random: new CryptoRandom() }
  const interrupt = new AbortController()
  process.once('SIGINT', () => {
    interrupt.abort()
  })
  const print = (text: string): unknown => process.stdout.write(text)
  const note = (text: string): unknown => process.stderr.write(text)
  const program = createProgram({
    open,
    agents: async (config) => {
      const { loadAgents } = await import('./load-agents.ts')
      return (await loadAgents(findProject(config), withEnvFile(process.env))).agents
    },
    openKeys: async () => {
      const { openKeys } = await import('./keys.ts')
      return openKeys(commandSettings(), makeKeyDeps)
    },
    makeKey: new MakeKey(makeKeyDeps),
    version: manifest.version,
    server: () => notedIfAssumed(serverOf(commandSettings()), note),
    project: async (config) => {
      const { projectCommands } = await import('./commands.ts')
      return projectCommands({ cli: process.argv[1] ?? '', config, settings: readSettings, print, note })
    },
    mcp: async () => loadMcp(await readSettings(), { print, signal: interrupt.signal }),
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
