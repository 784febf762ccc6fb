import { readFileSync, readdirSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { expect, test } from 'vitest'

const folder = new URL('../../adapters/client/', import.meta.url)

test.each(readdirSync(folder))('%s needs nothing at run time but its neighbours and the parser of events', (file) => {
  const code = stripTypeScriptTypes(readFileSync(new URL(file, folder), 'utf8'))
  const imports = [...code.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, from]) => from ?? '')
  expect(imports.filter((from) => !from.startsWith('./') && from !== 'eventsource-parser')).toEqual([])
  const foreign = /\b(?:process|Buffer|globalThis|self|window|setImmediate|TextDecoderStream)\b/g
  expect([...code.matchAll(foreign)].map(([name]) => name)).toEqual([])
})
