import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** Names of runtimes, storages and their parts. What the core says of them is said in general, or in their adapters. */
const PLATFORM =
  /\b(?:Cloudflare|Workers|Durable Objects?|D1|workerd|wrangler|Node|Deno|Bun|SQLite|Postgres|pg|isolates? of a Worker)\b/

function named(source: string): readonly string[] {
  return source.split('\n').flatMap((line, index) => {
    const name = PLATFORM.exec(line)?.[0]
    return name === undefined ? [] : [`${String(index + 1)}: ${name}`]
  })
}

test('the core names no platform, in code or comments', () => {
  const files = ['domain', 'ports', 'application'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  )
  const sources = files.filter((file) => file.endsWith('.ts'))
  expect(sources.length).toBeGreaterThan(50)
  expect(
    sources.flatMap((file) => named(readFileSync(join(ROOT, file), 'utf8')).map((line) => `${file}:${line}`)),
  ).toEqual([])
})

test.each([
  ['/** A row in a Durable Object holds 2 MB. */', '1: Durable Object'],
  ["export const a = 1\nexport const runtime = 'Deno'", '2: Deno'],
])('the gate finds a platform: %s', (source, found) => {
  expect(named(source)).toEqual([found])
})

test('the gate takes no other word for a platform', () => {
  expect(named('/** The node of a list, a worker, an object that is durable. */')).toEqual([])
})
