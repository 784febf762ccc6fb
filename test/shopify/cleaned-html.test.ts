import { isSameHtml } from '#adapters/shopify/same-html.ts'
import { productTextWrite } from '#adapters/shopify/product-text-write.ts'
import { WRITE_MODES, type WriteMode } from '#domain/write/write.ts'
import { writingScene } from '#test/support/writing.ts'
import { expect, test } from 'vitest'
import { openShop } from './shop.ts'

const OLD = '<p>Förkläde i lin.</p>\n<p>90&nbsp;cm</p>'
const GIVEN = '<p>Ett förkläde&nbsp;i lin.<br/></p><script>track()</script>'
const CLEANED = '<p>Ett förkläde\u00a0i lin.<br></p>'

interface Fields {
  readonly given?: string
  readonly writes?: WriteMode
}

/** A shop that cleans up HTML, and an agent that writes a description there. */
async function scene(locale: 'sv' | 'en', { given = GIVEN, writes = 'propose' }: Fields = {}) {
  const { shop, standIn } = openShop()
  const product = standIn.state.add('apron', { descriptionHtml: OLD })
  standIn.state.cleanUp = (html) =>
    html
      .replaceAll(/<script>.*?<\/script>/g, '')
      .replaceAll('&nbsp;', '\u00a0')
      .replaceAll('<br/>', '<br>')
  const writing = writingScene({ writes, tool: productTextWrite(shop, { name: 'describe', key: 'body_html', locale }) })
  const { id } = await writing.run(given, 'apron')
  const decide = async (action: 'approve' | 'apply' | 'undo') => {
    await writing.decide(id, { action })
    await writing.carryOut(id)
    return writing.writeOf(id)
  }
  if (writes === 'propose') await decide('approve')
  return { ...writing, standIn, product, decide, id, english: () => standIn.state.translationsOf(product.id, 'en') }
}

/** The scene when the text is in the shop, by its job or by its proposal. */
async function written(locale: 'sv' | 'en', fields: Fields) {
  const at = await scene(locale, fields)
  if (fields.writes !== 'apply') await at.decide('apply')
  return at
}

const CASES = WRITE_MODES.flatMap((writes) => [
  { writes, text: 'cleaned', given: GIVEN, kept: CLEANED },
  { writes, text: 'kept as it was', given: '<p>Lin 90 cm.</p>', kept: '<p>Lin 90 cm.</p>' },
])

test.each(WRITE_MODES)(
  'in mode %s, what Shopify made of a text is recorded, and undone byte for byte',
  async (writes) => {
    const { decide, product, standIn, writeOf, id } = await written('sv', { writes })
    expect(await writeOf(id)).toMatchObject({ status: 'applied', stored: { value: CLEANED, sourceDigest: null } })
    standIn.state.cleanUp = (html) => html
    const undone = await decide('undo')
    expect(undone).toMatchObject({ status: 'undone' })
    expect(undone).not.toHaveProperty('stored')
    expect(product.descriptionHtml).toBe(OLD)
  },
)

test.each(WRITE_MODES)('in mode %s, so it is with a translation', async (writes) => {
  const { decide, english, writeOf, id } = await written('en', { writes })
  expect(await writeOf(id)).toMatchObject({ status: 'applied', stored: { value: CLEANED } })
  expect(await decide('undo')).toMatchObject({ status: 'undone' })
  expect(english()).toEqual([])
})

test.each(CASES)('in mode $writes, one space that a person adds to a text $text stays', async ({ kept, ...mode }) => {
  const { decide, product } = await written('sv', mode)
  expect(product.descriptionHtml).toBe(kept)
  product.descriptionHtml = `${kept} `
  expect(await decide('undo')).toMatchObject({ status: 'stale', found: { value: `${kept} ` } })
  expect(product.descriptionHtml).toBe(`${kept} `)
})

test('an apply whose answer is lost recognises its text in the form that Shopify gave it', async () => {
  const { decide, standIn, carryOut, writeOf, clock, id, product } = await scene('sv', {
    given: '<p>Lin&nbsp;90 cm.<br/></p>',
  })
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
