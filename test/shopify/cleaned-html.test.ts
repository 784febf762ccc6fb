import { isSameHtml } from '#adapters/shopify/same-html.ts'
import { productTextWrite } from '#adapters/shopify/product-text-write.ts'
import { writingScene } from '#test/support/writing.ts'
import { expect, test } from 'vitest'
import { openShop } from './shop.ts'

const OLD = '<p>Förkläde i lin.</p>\n<p>90&nbsp;cm</p>'
const GIVEN = '<p>Ett förkläde&nbsp;i lin.<br/></p><script>track()</script>'
const CLEANED = '<p>Ett förkläde\u00a0i lin.<br></p>'

/** A shop that cleans up HTML, and an agent that writes a description there. */
async function scene(locale: 'sv' | 'en', given = GIVEN) {
  const { shop, standIn } = openShop()
  const product = standIn.state.add('apron', { descriptionHtml: OLD })
  standIn.state.cleanUp = (html) =>
    html
      .replaceAll(/<script>.*?<\/script>/g, '')
      .replaceAll('&nbsp;', '\u00a0')
      .replaceAll('<br/>', '<br>')
  const writing = writingScene({ tool: productTextWrite(shop, { name: 'describe', key: 'body_html', locale }) })
  const { id } = await writing.run(given, 'apron')
  const decide = async (action: 'approve' | 'apply' | 'undo') => {
    await writing.decide(id, { action })
    await writing.carryOut(id)
    return writing.writeOf(id)
  }
  await decide('approve')
  return { ...writing, standIn, product, decide, id, english: () => standIn.state.translationsOf(product.id, 'en') }
}

test('what Shopify made of a text is recorded, and undone byte for byte', async () => {
  const { decide, product, standIn } = await scene('sv')
  expect(await decide('apply')).toMatchObject({ status: 'applied', stored: { value: CLEANED, sourceDigest: null } })
  standIn.state.cleanUp = (html) => html
  const undone = await decide('undo')
  expect(undone).toMatchObject({ status: 'undone' })
  expect(undone).not.toHaveProperty('stored')
  expect(product.descriptionHtml).toBe(OLD)
})

test('so it is with a translation', async () => {
  const { decide, english } = await scene('en')
  expect(await decide('apply')).toMatchObject({ status: 'applied', stored: { value: CLEANED } })
  expect(await decide('undo')).toMatchObject({ status: 'undone' })
  expect(english()).toEqual([])
})

test.each([
  { text: 'cleaned', given: GIVEN, kept: CLEANED },
  { text: 'kept as it was', given: '<p>Lin 90 cm.</p>', kept: '<p>Lin 90 cm.</p>' },
])('a person who has changed a text that Shopify has $text by one space has it kept', async ({ given, kept }) => {
  const { decide, product } = await scene('sv', given)
  await decide('apply')
  expect(product.descriptionHtml).toBe(kept)
  product.descriptionHtml = `${kept} `
  expect(await decide('undo')).toMatchObject({ status: 'stale', found: { value: `${kept} ` } })
  expect(product.descriptionHtml).toBe(`${kept} `)
})

test('an apply whose answer is lost recognises its text in the form that Shopify gave it', async () => {
  const { decide, standIn, carryOut, writeOf, clock, id, product } = await scene('sv', '<p>Lin&nbsp;90 cm.<br/></p>')
  const pass = (answer: () => Promise<Response>): Promise<Response> => answer()
  standIn.faults.push(pass, pass, async (answer) => {
    await answer()
    return new Response('<html>Bad gateway</html>', { status: 502, headers: { 'content-type': 'text/html' } })
  })
  expect(await decide('apply')).toMatchObject({ status: 'applying' })
  await clock.advance(3000)
  await carryOut(id)
  expect(await writeOf(id)).toMatchObject({ status: 'applied', stored: { value: '<p>Lin\u00a090 cm.<br></p>' } })
  expect(standIn.state.carriedOut).toEqual(['productUpdate'])
  expect(await decide('undo')).toMatchObject({ status: 'undone' })
  expect(product.descriptionHtml).toBe(OLD.replace('&nbsp;', '\u00a0'))
})

test.each([
  ['<p>A&amp;B &euro;</p>', '<p>A&#38;B €</p>', true],
  ["<a class=x href='/y'>z</a>", '<a href="/y" class="x">z</a>', true],
  ['<ul><li>1</li></ul>', '<ul>\n  <li>1</li>\n</ul>\n', true],
  ['<p>1 000</p>', '<p>1&nbsp;000</p>', false],
  ['<p>1</p>', '<p>2</p>', false],
  ['<p><b>1</b></p>', '<p>1</p>', false],
])('%s and %s say the same: %s', (one, other, same) => {
  expect(isSameHtml(one, other)).toBe(same)
})
