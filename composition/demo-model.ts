import { type Script, type ScriptedAnswer, calls, says } from '#adapters/models/scripted-models.ts'
import type { ToolMessage } from '#domain/agent/message.ts'
import type { Language, Product } from '#domain/shop/product.ts'
import type { ModelRequest } from '#ports/model.ts'

const NOTICE = '[offline demo model, no API key is set]'

/**
 * The model of an installation without any API key. It says so in everything it writes.
 * It can play the product copywriter, with sentences made of the product's own data; any other agent gets its input back.
 */
export const demo: Script = (request) => {
  const tools = new Set(request.tools.map(({ name }) => name))
  return tools.has('read_product') && tools.has('save_draft') ? copywriter(request) : echo(request)
}

function copywriter({ messages }: ModelRequest): ScriptedAnswer {
  const results = messages
    .filter((message): message is ToolMessage => message.role === 'tool')
    .flatMap(({ results: all }) => all)
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
  const input: unknown = first?.role === 'user' ? JSON.parse(first.text) : null
  return typeof input === 'object' && input !== null && 'product' in input ? String(input.product) : ''
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

function echo({ messages, tools }: ModelRequest): ScriptedAnswer {
  const first = messages.find(({ role }) => role === 'user')
  const idle = tools.length > 0 ? ' It could call the tools; this one does not.' : ''
  return says(`${NOTICE} A real model would answer this now: ${first?.role === 'user' ? first.text : ''}${idle}`)
}
