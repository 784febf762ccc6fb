import { type DemoScript, type DemoTurn, type JsonValue, calls, says } from 'errand'
import type { Language, Product } from '../catalog/product.ts'
import { campaignDemo } from './demo-campaign.ts'
import { cartDemo } from './demo-cart.ts'
import { copywriterDemo } from './demo-copywriter.ts'
import { NOTICE } from './demo-notice.ts'

/** Plays the agents of the shop where there is no API key, with sentences made of the shop's own data. */
export const demo: DemoScript = (turn) => {
  if (turn.tools.includes('read_product')) return drafts(turn)
  if (turn.tools.includes('read_texts')) return copywriterDemo(turn)
  if (turn.tools.includes('propose_campaign')) return campaignDemo(turn)
  return turn.tools.includes('send_message') ? cartDemo(turn) : null
}

function drafts({ input, results }: DemoTurn) {
  const read = results.find(({ name }) => name === 'read_product')
  if (!read) return calls([{ name: 'read_product', input: { handle: productIn(input) } }])
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

function productIn(input: JsonValue): string {
  const product = typeof input === 'object' && input !== null && 'product' in input ? input['product'] : ''
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
