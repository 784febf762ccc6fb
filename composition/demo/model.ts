import { type Script, type ScriptedAnswer, calls, says } from '#adapters/models/scripted-models.ts'
import type { ToolMessage, ToolResult } from '#domain/agent/message.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { ModelRequest, ToolSpec } from '#ports/model.ts'
import { type Known, knownFrom, sampleOf } from './sample.ts'

const NOTICE = '[offline demo model, no API key is set]'

/** What a demo of an author's own sees of a turn: its input, what the tools have returned, and the names of all tools. */
export interface DemoTurn {
  readonly input: JsonValue
  readonly results: readonly ToolResult[]
  readonly tools: readonly string[]
}

/** Plays an author's agents where there is no API key. It returns `null` for an agent that it does not know. */
export type DemoScript = (turn: DemoTurn) => ScriptedAnswer | null

/**
 * The model of an installation without any API key. It says so in everything it writes, except in answers that must fit a schema. It calls each tool once, so that
 * authors see their own agent at work. The arguments are made of the input, of earlier results and of the tool's schema.
 */
export function demoOf(own: DemoScript = () => null): Script {
  return (request) => {
    const tools = request.tools.map(({ name }) => name)
    const turn = { input: inputIn(request.messages[0]), results: resultsIn(request.messages), tools }
    return own(turn) ?? anyAgent(request)
  }
}

/** One tool first, then all others with its result, then an answer that lists the results. */
function anyAgent({ messages, tools, output }: ModelRequest): ScriptedAnswer {
  const results = resultsIn(messages)
  const called = new Set(results.map(({ name }) => name))
  const open = tools.filter(({ name }) => !called.has(name))
  if (open.length > 0) return calls((called.size === 0 ? open.slice(0, 1) : open).map((tool) => call(tool, messages)))
  if (output) return says(sampleOf(output, knownTo(messages)))
  const outcomes = results.map(
    ({ name, isError, output }) => `${name} ${isError ? 'failed' : 'returned'}: ${shown(output)}`,
  )
  const [first] = messages
  const input = `A real model would answer this now: ${first?.role === 'user' ? first.text : ''}`
  return says([NOTICE, input, ...outcomes].join('\n'))
}

function call({ name, inputSchema }: ToolSpec, messages: ModelRequest['messages']): { name: string; input: JsonValue } {
  return { name, input: sampleOf(inputSchema, knownTo(messages)) }
}

function knownTo(messages: ModelRequest['messages']): Known {
  const outputs = resultsIn(messages).flatMap(({ isError, output }) => (isError ? [] : [output]))
  return knownFrom([inputIn(messages[0]), ...outputs])
}

function resultsIn(messages: ModelRequest['messages']): readonly ToolResult[] {
  return messages.filter((message): message is ToolMessage => message.role === 'tool').flatMap(({ results }) => results)
}

/** The input as it was given; a text where that is no JSON. */
function inputIn(first: ModelRequest['messages'][number] | undefined): JsonValue {
  const text = first?.role === 'user' ? first.text : ''
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return text
  }
}

const LONGEST_SHOWN = 200

function shown(output: JsonValue): string {
  const text = typeof output === 'string' ? output : JSON.stringify(output)
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}
