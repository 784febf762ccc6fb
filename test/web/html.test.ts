import { expect, test } from 'vitest'
import { keepsHtml } from '#adapters/guards/html.ts'
import { keepsNumbers } from '#adapters/guards/numbers.ts'
import { isSameHtml } from '#adapters/shopify/same-html.ts'
import { HtmlTooDeepError, readHtml } from '#adapters/web/html.ts'

/** A megabyte of elements that are never closed, which the parser alone reads for half a minute. */
const ENDLESS = '<b>'.repeat(350_000)

test('as many elements inside of each other are read as browsers nest, and no more', () => {
  let opened = 0
  const reader = { onopentag: () => opened++ }
  readHtml('<div>'.repeat(512), reader)
  expect(opened).toBe(512)
  expect(() => {
    readHtml('<div>'.repeat(513), reader)
  }).toThrow(HtmlTooDeepError)
})

test('elements beside each other are no depth', () => {
  let closed = 0
  readHtml('<p>a<br><img src="a.jpg"></p>'.repeat(1000), { onclosetag: () => closed++ })
  expect(closed).toBe(3000)
})

test('guards say that a text is nested too deeply, and read no further', () => {
  for (const guard of [keepsHtml(), keepsNumbers()]) {
    expect(() => guard('<p>5 cm</p>', ENDLESS)).toThrow('more than 512 elements inside of each other')
  }
})

test('texts that are nested too deeply are the same only word for word', () => {
  expect(isSameHtml(ENDLESS, ENDLESS)).toBe(true)
  expect(isSameHtml(ENDLESS, `${ENDLESS} `)).toBe(false)
})
