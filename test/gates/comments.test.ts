import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { passagesIn } from './comments.ts'
import { faultsOf } from './prose.ts'

const ROOT = join(import.meta.dirname, '../..')

const sources = ['domain', 'ports', 'application', 'adapters', 'composition', 'bench'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
)

test('comments have short sentences and named actors', () => {
  const files = sources.filter((file) => file.endsWith('.ts'))
  const faults = files.flatMap((file) =>
    passagesIn(readFileSync(join(ROOT, file), 'utf8'))
      .flatMap(faultsOf)
      .map((fault) => `${file}:${fault}`),
  )
  expect(faults).toEqual([])
})

describe('the gate for comments finds', () => {
  const long = `${'be '.repeat(26)}end.`

  test.each([
    ['a long sentence', `/** ${long} */\nexport const a = 1\n`, '1: a sentence of 27'],
    [
      'a long sentence over lines',
      `const a = 1\n\n/**\n * ${'be '.repeat(15)}\n * ${'be '.repeat(15)}\n */\n`,
      '3: a sentence of 30',
    ],
    ['a long sentence after slashes', `  // ${'be '.repeat(15)}\n  // ${'be '.repeat(15)}\n`, '1: a sentence of 30'],
    ['a long sentence in a list', `/**\n * Forms:\n * - ${long}\n */\n`, '1: a sentence of 27'],
    ['an actor without a name', '/** Waits until somebody answers. */\n', '1: "somebody"'],
  ])('%s', (_what, source, fault) => {
    expect(passagesIn(source).flatMap(faultsOf)).toEqual([expect.stringContaining(fault)])
  })

  test.each([
    ['code', `const nobody = '${long}'\n`],
    ['a list of short items', `/**\n * - ${'be '.repeat(15)}\n * - ${'be '.repeat(15)}\n */\n`],
    ['a tag', `/**\n * ${'be '.repeat(15)}\n * @throws ${'be '.repeat(15)}\n */\n`],
  ])('nothing in %s', (_what, source) => {
    expect(passagesIn(source).flatMap(faultsOf)).toEqual([])
  })
})
