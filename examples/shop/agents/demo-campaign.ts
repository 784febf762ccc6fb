import { type DemoTurn, calls, says } from 'errand'
import type { ProductSummary } from '../catalog/product.ts'
import { NOTICE } from './demo-notice.ts'

const MOST_PRODUCTS = 3

/** Plans a campaign of the first products. */
export function campaignDemo({ results }: DemoTurn) {
  const outputOf = (name: string) => results.find((result) => result.name === name && !result.isError)?.output
  const [week, products] = [outputOf('read_week'), outputOf('list_products')]
  if (!week || !products)
    return calls([
      { name: 'read_week', input: {} },
      { name: 'list_products', input: {} },
    ])
  const proposed = results.find(({ name }) => name === 'propose_campaign')
  if (proposed) return says(`${NOTICE} The campaign ${proposed.isError ? 'was not accepted' : 'is proposed'}.`)
  const chosen = (products as unknown as readonly ProductSummary[]).slice(0, MOST_PRODUCTS)
  const links = chosen.map(({ handle, title }) => `<p><a href="/products/${handle}">${title}</a></p>`).join('')
  return calls([
    {
      name: 'propose_campaign',
      input: {
        week: (week as { readonly week: string }).week,
        banner: { title: 'Veckans urval', text: `${NOTICE} ${chosen.map(({ title }) => title).join(', ')}.` },
        landingPage: {
          title: 'Veckans urval',
          html: `<h1>Veckans urval</h1><p>${NOTICE} Tre varor ur sortimentet, utvalda för veckan som kommer.</p>${links}`,
        },
        products: chosen.map(({ handle }) => handle),
      },
    },
  ])
}
