import { type DemoTurn, calls, says } from 'errand'
import { NOTICE } from './demo-notice.ts'

/** Proposes what is there, with a note at its end. */
export function copywriterDemo({ input, results }: DemoTurn) {
  const { product: handle, language = 'sv' } = input as { readonly product: string; readonly language?: string }
  const read = results.find(({ name }) => name === 'read_texts')
  if (!read) return calls([{ name: 'read_texts', input: { handle } }])
  if (read.isError) return says(`${NOTICE} Nothing was proposed: the product could not be read.`)
  const proposed = results.find(({ name }) => name === `write_${language}`)
  if (proposed) return says(`${NOTICE} The text ${proposed.isError ? 'was not accepted' : 'is proposed'}.`)
  const { sv } = read.output as { readonly sv: string }
  return calls([{ name: `write_${language}`, input: { handle, text: `${sv}<p>${NOTICE}</p>` } }])
}
