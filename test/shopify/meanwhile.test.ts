import { productTextWrite } from '#adapters/shopify/product-text-write.ts'
import { writingScene } from '#test/support/writing.ts'
import { expect, test } from 'vitest'
import { openShop } from './shop.ts'

const ENGLISH = '<p>An apron of linen.</p>'

/** A shop with one product, and an approved proposal of its description in English. */
async function approved() {
  const { shop, standIn } = openShop()
  const product = standIn.state.add('apron', { descriptionHtml: '<p>Förkläde i lin.</p>' })
  const tool = productTextWrite(shop, { name: 'describe', key: 'body_html', locale: 'en' })
  const writing = writingScene({ tool })
  const { id } = await writing.run(ENGLISH, 'apron')
  await writing.decide(id, { action: 'approve' })
  const apply = async () => {
    await writing.decide(id, { action: 'apply' })
    await writing.carryOut(id)
    return writing.writeOf(id)
  }
  const again = async (afterMs: number) => {
    await writing.clock.advance(afterMs)
    await writing.carryOut(id)
    return writing.writeOf(id)
  }
  return { standIn, product, apply, again, english: () => standIn.state.translationsOf(product.id, 'en') }
}

const pass = (answer: () => Promise<Response>): Promise<Response> => answer()

test('a source that is changed between the look and the write makes the translation stale', async () => {
  const { standIn, product, apply, again, english } = await approved()
  // Two requests look; then a person is quicker than the write.
  standIn.faults.push(pass, pass, (answer) => {
    product.descriptionHtml = '<p>Ändrat för hand.</p>'
    return answer()
  })
  expect(await apply()).toMatchObject({
    status: 'applying',
    problem: expect.stringContaining('The source text was changed after it was read.') as string,
  })
  expect(await again(3000)).toMatchObject({ status: 'stale' })
  expect(english()).toEqual([])
})

test('a product that is deleted between the look and the write fails in the end, and says why', async () => {
  const { standIn, product, apply, again } = await approved()
  standIn.faults.push(pass, pass, (answer) => {
    standIn.state.products.delete(product.id)
    return answer()
  })
  expect(await apply()).toMatchObject({ status: 'applying' })
  for (let tries = 2; tries < 5; tries++) await again(600_000)
  expect(await again(600_000)).toMatchObject({ status: 'failed', problem: 'The shop has no product "apron".' })
})

test('another product that has got the handle of a deleted one is not written to', async () => {
  const { standIn, product, apply } = await approved()
  const other = standIn.state.add('apron', { descriptionHtml: product.descriptionHtml })
  standIn.state.products.delete(product.id)
  expect(await apply()).toMatchObject({ status: 'stale' })
  expect(standIn.state.translationsOf(other.id, 'en')).toEqual([])
})

test('into a language that the shop does not have nothing is proposed, and the model reads why', async () => {
  const { shop, standIn } = openShop()
  standIn.state.add('apron')
  const tool = productTextWrite(shop, { name: 'describe', key: 'body_html', locale: 'fi' })
  const { run, job } = writingScene({ tool })
  const { id, model } = await run('<p>Essu.</p>', 'apron')
  expect((await job(id)).writes).toEqual([])
  expect(model.requests[1]?.messages.at(-1)).toMatchObject({
    results: [{ isError: true, output: expect.stringContaining('The shop has no language "fi".') as string }],
  })
})
