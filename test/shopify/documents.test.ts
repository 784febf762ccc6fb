import * as documents from '#adapters/shopify/documents.ts'
import { buildSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { SCHEMA } from './shop.ts'

const schema = buildSchema(SCHEMA)

test.each(Object.entries(documents))('%s is valid against the schema that Shopify publishes', (_name, document) => {
  expect(validate(schema, parse(document))).toEqual([])
})

test('a field that Shopify does not have is noticed', () => {
  const wrong = documents.PRODUCT.replace('descriptionHtml', 'descriptionMarkdown')
  expect(validate(schema, parse(wrong)).map(({ message }) => message)).toEqual([
    expect.stringContaining('Cannot query field "descriptionMarkdown" on type "Product"'),
  ])
})
