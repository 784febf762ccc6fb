import { DefinitionError } from '#domain/agent/errors.ts'
import type { Schema } from '#domain/agent/schema.ts'
import { type Effect, type Tool, type ToolContext, type ToolDefinition, defineTool } from '#domain/agent/tool.ts'
import type { JsonObject, JsonValue } from '#domain/json/json.ts'
import type { PublicFetch } from '#ports/public-fetch.ts'
import { AcceptedTools } from './accepted-tools.ts'
import { McpCallError, clipped } from './errors.ts'
import { type McpPins, type PinnedTool, readPins } from './pins.ts'
import { type McpAddress, type McpSession, inSession } from './session.ts'
import { mapTexts, outputOf, textOf } from './tool-output.ts'

/** What an author says of one tool. */
export type McpToolSettings = Pick<
  ToolDefinition<JsonObject>,
  'effect' | 'timeoutMs' | 'probe' | 'approval' | 'approvalTimeoutMs'
>

type Headers = Readonly<Record<string, string>>

export interface McpToolsOptions {
  /** Of the server's streamable HTTP. */
  readonly url: string
  /** Secrets, such as `authorization`. A function is asked before each session, for a token that expires. */
  readonly headers?: Headers | (() => Headers | Promise<Headers>)
  /** Of the factory's world: it cannot reach the inside of your network, unless `ERRAND_CALLBACK_HOSTS` allows it. */
  readonly publicFetch: PublicFetch
  /** What `errand mcp pin` has written. */
  readonly pins: McpPins
  /** Which tools, and what each does to the world. Without it all of them, each as `once`. */
  readonly tools?: Readonly<Record<string, Effect | McpToolSettings>>
  /** Put before each name, where the tools of two servers have the same. */
  readonly prefix?: string
}

/**
 * The tools of an MCP server, as they were accepted. A server on Node compares them when it starts; nothing else is sent
 * before the first call.
 * @throws {DefinitionError} for pins that cannot be read, and a tool that is not among them.
 */
export function mcpTools(options: McpToolsOptions): readonly Tool[] {
  const { url, publicFetch, prefix = '' } = options
  if (!URL.canParse(url)) throw new DefinitionError('The URL of an MCP server cannot be read.')
  const server: Server = {
    address: { url, publicFetch, headers: () => headersOf(options) },
    accepted: new AcceptedTools(new URL(url).host),
  }
  const all = chosen(options)
  const source = { check: (signal: AbortSignal) => problemsOf(server, all, signal) }
  return all.map(({ pinned, settings }) => {
    const { name, title = '', description = title } = pinned
    const { effect = 'once' } = settings
    const tool = defineTool<JsonObject>({
      ...settings,
      name: `${prefix}${name}`.replaceAll(/[^\w-]/g, '_'),
      description: description === '' ? name : description,
      input: schemaOf(pinned),
      run: (input, context) => run(server, { pinned, effect }, { input, context }),
    })
    return { ...tool, source }
  })
}

interface Server {
  readonly address: McpAddress
  readonly accepted: AcceptedTools
}

interface Chosen {
  readonly pinned: PinnedTool
  readonly settings: McpToolSettings
}

async function headersOf({ headers = {} }: McpToolsOptions): Promise<Headers> {
  return typeof headers === 'function' ? headers() : headers
}

function chosen({ pins, tools }: McpToolsOptions): readonly Chosen[] {
  const pinned = readPins(pins)
  if (!tools) return pinned.map((tool) => ({ pinned: tool, settings: {} }))
  return Object.entries(tools).map(([name, said]) => {
    const tool = pinned.find((one) => one.name === name)
    if (!tool) {
      const known = pinned.map((one) => one.name).join(', ')
      throw new DefinitionError(`There is no MCP tool "${name}" among the pins. Pinned: ${known}.`)
    }
    return { pinned: tool, settings: typeof said === 'string' ? { effect: said } : said }
  })
}

async function problemsOf(
  { address, accepted }: Server,
  tools: readonly Chosen[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  return inSession(address, signal, async (session) => {
    const problems: (string | null)[] = []
    for (const { pinned } of tools) problems.push(await accepted.problemWith(pinned, session))
    return problems.filter((problem) => problem !== null)
  })
}

interface Call {
  readonly input: JsonObject
  readonly context: ToolContext
}

async function run(
  { address, accepted }: Server,
  { pinned, effect }: { readonly pinned: PinnedTool; readonly effect: Effect },
  { input, context }: Call,
): Promise<JsonValue> {
  const inside = async (session: McpSession): Promise<JsonValue> => {
    await accepted.check(pinned, session)
    const result = await session.call(pinned.name, input, context.idempotencyKey)
    const { redact } = session
    if (result.isError === true) throw new McpCallError(clipped(redact(textOf(result.content)), LONGEST_PROBLEM))
    return mapTexts(outputOf(result), redact)
  }
  return inSession(address, context.signal, inside).catch((error: unknown) => {
    throw effect === 'read' ? error : unsure(error)
  })
}

const LONGEST_PROBLEM = 10_000

function unsure(error: unknown): unknown {
  if (!(error instanceof McpCallError) || !error.mayHaveHappened) return error
  return new McpCallError(
    `${error.message} The call may or may not have taken effect: find out before you call it again.`,
  )
}

/** The server validates what it gets; to do so twice would need a second, equal validator. */
function schemaOf({ inputSchema }: PinnedTool): Schema<JsonObject> {
  // A provider refuses a dialect that it does not know.
  const entries = Object.entries(inputSchema).filter(([name]) => name !== '$schema')
  const schema = (): Record<string, unknown> => Object.fromEntries(entries)
  return {
    '~standard': {
      version: 1,
      vendor: 'mcp',
      validate: (value) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? { value: value as JsonObject }
          : { issues: [{ message: 'must be an object' }] },
      jsonSchema: { input: schema, output: schema },
    },
  }
}
