import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { jsonLine } from '#adapters/cli/json-text.ts'
import type { McpCommands, Pinning } from '#adapters/cli/mcp.ts'
import { CliError } from '#adapters/cli/server-call.ts'
import { McpCallError } from '#adapters/mcp/errors.ts'
import { type PinChanges, type PinnedTool, changesOf, readPins } from '#adapters/mcp/pins.ts'
import { inSession } from '#adapters/mcp/session.ts'
import { systemCode } from '#adapters/node/process/start-error.ts'
import type { PublicFetch } from '#ports/public-fetch.ts'

export interface McpCommandsWorld {
  readonly publicFetch: PublicFetch
  readonly env: Readonly<Record<string, string | undefined>>
  readonly print: (text: string) => void
  readonly signal: AbortSignal
}

/** What `errand mcp` does. */
export function mcpCommands(world: McpCommandsWorld): McpCommands {
  const look = async (pinning: Pinning): Promise<{ tools: readonly PinnedTool[]; changes: PinChanges }> => {
    const tools = await listed(pinning, world)
    const changes = changesOf(acceptedIn(pinning.file), tools)
    world.print(describe(changes))
    return { tools, changes }
  }
  return {
    async pin(pinning) {
      const { tools } = await look(pinning)
      mkdirSync(dirname(pinning.file), { recursive: true })
      writeFileSync(pinning.file, `${JSON.stringify({ tools }, null, 2)}\n`)
      world.print(`${pinning.file} has ${String(tools.length)} tools. Read what changed, and commit it.\n`)
      return 0
    },
    async check(pinning) {
      const { added, changed, removed } = (await look(pinning)).changes
      return added.length + changed.length + removed.length === 0 ? 0 : 1
    },
  }
}

async function listed(
  { url, headers }: Pinning,
  { publicFetch, env, signal }: McpCommandsWorld,
): Promise<readonly PinnedTool[]> {
  if (!URL.canParse(url)) throw new CliError('The URL of the MCP server cannot be read.')
  const sent = Object.fromEntries(headers.map((header) => headerOf(header, env)))
  const address = { url, publicFetch, headers: () => Promise.resolve(sent) }
  try {
    return await inSession(address, signal, (session) => session.list())
  } catch (error) {
    throw error instanceof McpCallError ? new CliError(error.message) : error
  }
}

/** So that a secret stands neither in the history of the shell nor in the list of processes. */
function headerOf(header: string, env: McpCommandsWorld['env']): readonly [string, string] {
  const [, name, value = ''] = /^([\w-]+):\s*(.*)$/.exec(header) ?? []
  if (name === undefined) throw new CliError("A header is written like 'authorization: Bearer ${MCP_TOKEN}'.")
  return [
    name,
    value.replaceAll(/\$\{(\w+)\}/g, (_whole, variable: string) => {
      const secret = env[variable]
      if (secret === undefined) throw new CliError(`The header "${name}" needs ${variable}, which is not set.`)
      return secret
    }),
  ]
}

function acceptedIn(file: string): readonly PinnedTool[] {
  try {
    return readPins(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

function describe({ added, changed, removed }: PinChanges): string {
  const lines = [
    ...added.map((name) => `new      ${name}`),
    ...changed.map((name) => `changed  ${name}`),
    ...removed.map((name) => `gone     ${name}`),
  ]
  // A name is the server's: as JSON it cannot write to the terminal.
  return lines.length === 0 ? 'Nothing has changed.\n' : `${lines.map((line) => shownSafely(line)).join('\n')}\n`
}

function shownSafely(line: string): string {
  return jsonLine(line).slice(1, -2)
}
