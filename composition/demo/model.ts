import { type Script, type ScriptedAnswer, calls, says } from '#adapters/models/scripted-models.ts'
import type { ToolMessage, ToolResult } from '#domain/agent/message.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Language, Product } from '#domain/shop/product.ts'
import type { ModelRequest, ToolSpec } from '#ports/model.ts'
import { knownFrom, sampleOf } from './sample.ts'

const NOTICE = '[offline demo model, no API key is set]'

/**
 * The model of an installation without any API key. It says so in everything it writes. It plays the product copywriter
 * with sentences made of the product's own data. For any other agent it calls each tool once, so that authors see their
 * own agent at work. The arguments are made of the input, of earlier results and of the tool's schema.
 */
export const demo: Script = (request) => {
  const tools = new Set(request.tools.map(({ name }) => name))
  return tools.has('read_product') && tools.has('save_draft') ? copywriter(request) : anyAgent(request)
}

function copywriter({ messages }: ModelRequest): ScriptedAnswer {
  const results = resultsIn(messages)
  const read = results.find(({ name }) => name === 'read_product')
  if (!read) return calls([{ name: 'read_product', input: { handle: requestedHandle(messages[0]) } }])
  if (read.isError)
    return says(
      `${NOTICE} Nothing was written: ${typeof read.output === 'string' ? read.output : 'the product could not be read'}`,
    )
  const product = read.output as unknown as Product
  const saved = results.filter(({ name }) => name === 'save_draft')
  if (saved.length > 0) return says(summary(product, saved.filter(({ isError }) => !isError).length))
  return calls(
    (['sv', 'en'] as const).map((language) => ({
      name: 'save_draft',
      input: { handle: product.handle, language, text: describe(product, language) },
    })),
  )
}

function requestedHandle(first: ModelRequest['messages'][number] | undefined): string {
  const input = inputIn(first)
  const product = knownFrom(input).get('product')
  return typeof product === 'string' ? product : ''
}

function describe({ title, vendor, type, variants, price, currency }: Product, language: Language): string {
  const choices = variants.join(', ')
  const sentences =
    language === 'sv'
      ? [`${title} från ${vendor}.`, `Typ: ${type}.`, choices && `Finns i ${choices}.`, `Pris ${price} ${currency}.`]
      : [
          `${title} by ${vendor}.`,
          `Type: ${type}.`,
          choices && `Available in ${choices}.`,
          `Price ${price} ${currency}.`,
        ]
  return [NOTICE, ...sentences.filter((sentence) => sentence !== '')].join(' ')
}

function summary({ title }: Product, saved: number): string {
  return `${NOTICE} Saved ${String(saved)} drafts for "${title}". Set ANTHROPIC_API_KEY or OPENAI_API_KEY and run this again for real copy.`
}

/** One tool first, then all others with its result, then an answer that lists the results. */
function anyAgent({ messages, tools }: ModelRequest): ScriptedAnswer {
  const results = resultsIn(messages)
  const called = new Set(results.map(({ name }) => name))
  const open = tools.filter(({ name }) => !called.has(name))
  if (open.length > 0) return calls((called.size === 0 ? open.slice(0, 1) : open).map((tool) => call(tool, messages)))
  const outcomes = results.map(
    ({ name, isError, output }) => `${name} ${isError ? 'failed' : 'returned'}: ${shown(output)}`,
  )
  const [first] = messages
  const input = `A real model would answer this now: ${first?.role === 'user' ? first.text : ''}`
  return says([NOTICE, input, ...outcomes].join('\n'))
}

function call({ name, inputSchema }: ToolSpec, messages: ModelRequest['messages']): { name: string; input: JsonValue } {
  const outputs = resultsIn(messages).flatMap(({ isError, output }) => (isError ? [] : [output]))
  const known = knownFrom([inputIn(messages[0]), ...outputs])
  return { name, input: sampleOf(inputSchema, known) }
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
