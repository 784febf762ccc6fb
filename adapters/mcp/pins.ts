import * as z from 'zod'
import { DefinitionError } from '#domain/agent/errors.ts'
import { type JsonObject, type JsonValue, canonicalJson } from '#domain/json/json.ts'

/** A tool as its server describes it. */
export interface PinnedTool {
  readonly name: string
  readonly title?: string | undefined
  readonly description?: string | undefined
  readonly inputSchema: JsonObject
  readonly outputSchema?: JsonObject | undefined
  /** The server's hints. What a call does is the author's to say. */
  readonly annotations?: JsonObject | undefined
}

/** The contents of the file that `errand mcp pin` writes: what the author has accepted. */
export interface McpPins {
  readonly tools: readonly { readonly name: string }[]
}

const json = z.record(z.string(), z.json())

const Pins = z.object({
  tools: z.array(
    z.object({
      name: z.string().min(1),
      title: z.string().optional(),
      description: z.string().optional(),
      inputSchema: json,
      outputSchema: json.optional(),
      annotations: json.optional(),
    }),
  ),
})

/** @throws {DefinitionError} */
export function readPins(pins: unknown): readonly PinnedTool[] {
  const read = Pins.safeParse(pins)
  if (read.success) return read.data.tools
  const [issue] = read.error.issues
  const where = issue ? `${issue.path.join('.')}: ${issue.message}` : ''
  throw new DefinitionError(`The pins of MCP tools are not what "errand mcp pin" writes: ${where}`)
}

/** The parts of a definition that are accepted, without what changes from answer to answer. */
export function pinOf(tool: PinnedTool): PinnedTool {
  const { name, title, description, inputSchema, outputSchema, annotations } = tool
  const pin = { name, title, description, inputSchema, outputSchema, annotations }
  return JSON.parse(JSON.stringify(pin)) as PinnedTool
}

/** The same text means the same definition. */
export function textOf(tool: PinnedTool): string {
  return canonicalJson(pinOf(tool) as unknown as JsonValue)
}

export interface PinChanges {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

/** What the server says now, against what was accepted. */
export function changesOf(accepted: readonly PinnedTool[], now: readonly PinnedTool[]): PinChanges {
  const before = new Map(accepted.map((tool) => [tool.name, textOf(tool)]))
  const names = new Set(now.map(({ name }) => name))
  return {
    added: now.filter(({ name }) => !before.has(name)).map(({ name }) => name),
    changed: now
      .filter((tool) => before.has(tool.name) && before.get(tool.name) !== textOf(tool))
      .map(({ name }) => name),
    removed: accepted.filter(({ name }) => !names.has(name)).map(({ name }) => name),
  }
}
