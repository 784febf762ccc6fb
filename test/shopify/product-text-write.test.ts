import { isInLanguage } from '#adapters/guards/language.ts'
import { keepsNumbers } from '#adapters/guards/numbers.ts'
import { productTextWrite } from '#adapters/shopify/product-text-write.ts'
import type { JsonValue } from '#domain/json/json.ts'
import { writingScene } from '#test/support/writing.ts'
import { expect, test } from 'vitest'
import { openShop } from './shop.ts'

const OLD = '<p>Förkläde i lin. Längd 90 cm.</p>'
const NEW = '<p>Ett förkläde i tvättat lin, 90 cm långt.</p>'
const ENGLISH = '<p>An apron of washed linen, 90 cm long.</p>'

/** A shop with one product, and an agent that writes its description in that language. */
function scene(locale: 'sv' | 'en') {
  const { shop, standIn } = openShop()
  const product = standIn.state.add('apron', { descriptionHtml: OLD })
  const guards = [keepsNumbers(), isInLanguage(locale)]
  const tool = productTextWrite(shop, { name: 'describe', key: 'body_html', locale, guards })
  const writing = writingScene({ tool })
  const propose = async (text: string): Promise<string> => (await writing.run(text, 'apron')).id
  const decide = async (id: string, action: 'approve' | 'apply' | 'undo'): Promise<string> => {
    await writing.decide(id, { action })
    await writing.carryOut(id)
    return (await writing.writeOf(id)).status
  }
  const decideOn = (id: string, after: JsonValue) => writing.decide(id, { action: 'approve', after })
  return {
    standIn,
    decideOn,
    product,
    ...writing,
    propose,
    decide,
    english: () => standIn.state.translationsOf(product.id, 'en'),
  }
}

test('a description is proposed, applied and undone, and is byte for byte what it was', async () => {
  const { propose, decide, product, writeOf } = scene('sv')
  const before = structuredClone(product)
  const id = await propose(NEW)
  expect(product).toEqual(before)
  expect(await writeOf(id)).toMatchObject({
    target: 'product:apron:body_html:sv',
    before: { value: OLD },
    after: { value: NEW },
  })
  await decide(id, 'approve')
  expect(await decide(id, 'apply')).toBe('applied')
  expect(product).toEqual({ ...before, descriptionHtml: NEW })
  expect(await decide(id, 'undo')).toBe('undone')
  expect(product).toEqual(before)
})

test('what a person has changed meanwhile is not written over', async () => {
  const { propose, decide, product } = scene('sv')
  const id = await propose(NEW)
  await decide(id, 'approve')
  product.descriptionHtml = '<p>Skrivet för hand.</p>'
  expect(await decide(id, 'apply')).toBe('stale')
  expect(product.descriptionHtml).toBe('<p>Skrivet för hand.</p>')
})

test('a translation that was not there is applied, and is gone after its undo', async () => {
  const { propose, decide, product, english } = scene('en')
  const id = await propose(ENGLISH)
  await decide(id, 'approve')
  expect(await decide(id, 'apply')).toBe('applied')
  expect(english()).toEqual([{ key: 'body_html', locale: 'en', value: ENGLISH, outdated: false }])
  expect(product.descriptionHtml).toBe(OLD)
  expect(await decide(id, 'undo')).toBe('undone')
  expect(english()).toEqual([])
})

test('a translation whose source was changed meanwhile is stale', async () => {
  const { propose, decide, product, english } = scene('en')
  const id = await propose(ENGLISH)
  await decide(id, 'approve')
  product.descriptionHtml = NEW
  expect(await decide(id, 'apply')).toBe('stale')
  expect(english()).toEqual([])
})

test('guards see the text, and a problem goes back to the model', async () => {
  const { run, job, product } = scene('sv')
  const { id, model } = await run('<p>Ett förkläde i tvättat lin.</p>', 'apron')
  expect((await job(id)).writes).toEqual([])
  expect(model.requests[1]?.messages.at(-1)).toMatchObject({
    results: [{ isError: true, output: expect.stringContaining('90 cm') as string }],
  })
  expect(product.descriptionHtml).toBe(OLD)
})

test('a person who edits a proposal edits its text, and neither its product nor its source', async () => {
  const { propose, writeOf, decideOn, product } = scene('en')
  const id = await propose(ENGLISH)
  const { after } = await writeOf(id)
  const recorded = after as { readonly productId: string; readonly value: string; readonly sourceDigest: string }
  for (const wrong of [{ sourceDigest: null }, { productId: 'gid://shopify/Product/2' }, { value: '' }])
    await expect(decideOn(id, { ...recorded, ...wrong })).rejects.toMatchObject({ code: 'proposal_refused' })
  await decideOn(id, { ...recorded, value: '<p>A linen apron, 90 cm.</p>' })
  expect((await writeOf(id)).status).toBe('approved')
  expect(product.descriptionHtml).toBe(OLD)
})

test('an apply whose answer is lost looks again before it writes again, and keeps what a person saved meanwhile', async () => {
  const { propose, decide, standIn, product, carryOut, writeOf, clock } = scene('sv')
  const id = await propose(NEW)
  await decide(id, 'approve')
  const pass = (answer: () => Promise<Response>): Promise<Response> => answer()
  standIn.faults.push(pass, pass, () => {
    product.descriptionHtml = '<p>Skrivet för hand, 90 cm.</p>'
    return new Response('', { status: 502 })
  })
  expect(await decide(id, 'apply')).toBe('applying')
  await clock.advance(3000)
  await carryOut(id)
  expect((await writeOf(id)).status).toBe('stale')
  expect(product.descriptionHtml).toBe('<p>Skrivet för hand, 90 cm.</p>')
})

test('an apply that was made, and whose answer is lost, is found out by a look', async () => {
  const { propose, decide, standIn, carryOut, writeOf, clock } = scene('sv')
  const id = await propose(NEW)
  await decide(id, 'approve')
  const pass = (answer: () => Promise<Response>): Promise<Response> => answer()
  // Two requests read; then the write loses its answer.
  standIn.faults.push(pass, pass, async (answer) => {
    await answer()
    throw new TypeError('connection reset')
  })
  expect(await decide(id, 'apply')).toBe('applying')
  await clock.advance(3000)
  await carryOut(id)
  expect((await writeOf(id)).status).toBe('applied')
  expect(standIn.state.carriedOut).toEqual(['productUpdate'])
})

test('what a person saves while an apply waits for points is kept: it looks again, and no wait follows that look', async () => {
  const { propose, decide, standIn, product, carryOut, writeOf, clock } = scene('sv')
  const id = await propose(NEW)
  await decide(id, 'approve')
  // Enough for the look, and not for the write.
  standIn.points.drain(20)
  standIn.faults.push(
    (answer) => answer(),
    async (answer) => {
      const seen = await answer()
      product.descriptionHtml = '<p>Skrivet för hand, 90 cm.</p>'
      return seen
    },
  )
  expect(await decide(id, 'apply')).toBe('applying')
  expect((await writeOf(id)).problem).toContain('was changed while Shopify made us wait')
  expect(standIn.state.carriedOut).toEqual([])
  await clock.advance(3000)
  await carryOut(id)
  expect((await writeOf(id)).status).toBe('stale')
  expect(product.descriptionHtml).toBe('<p>Skrivet för hand, 90 cm.</p>')
})

test('an apply that has waited for points looks once more and writes; one that has not does not look again', async () => {
  const { propose, decide, standIn, product } = scene('sv')
  const id = await propose(NEW)
  await decide(id, 'approve')
  const looks = (): number => standIn.asked.filter((name) => name === 'ErrandTranslatable').length
  const before = looks()
  await decide(id, 'apply')
  expect(looks() - before).toBe(1)
  standIn.points.drain(20)
  await decide(id, 'undo')
  expect([looks() - before, product.descriptionHtml, standIn.throttled]).toEqual([3, OLD, 0])
})
