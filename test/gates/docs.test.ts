import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { faultsIn, linksIn, namesIn, pathsIn } from './prose.ts'

const ROOT = join(import.meta.dirname, '../..')

/** By their path from the root. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`)

const docs = filesIn('docs').filter((file) => file.endsWith('.md'))
const PAGES = ['README.md', 'ARCHITECTURE.md', 'bench/README.md', ...docs]

/** Files that a page tells its reader to write, or that a command writes into a project. */
const TO_BE_WRITTEN = new Set([
  'examples/shop/agents/slogan.ts',
  'server.ts',
  'backup.ts',
  'worker.ts',
  '.errand/worker.ts',
  'errand.deployed.json',
])

const TEMPLATES = 'create-errand/templates'
const inNewProject = (path: string): boolean =>
  ['common', 'blank'].some((name) => existsSync(join(ROOT, TEMPLATES, name, path)))

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const scriptsIn = (manifest: string): readonly string[] =>
  Object.keys((JSON.parse(read(manifest)) as { readonly scripts: object }).scripts)

describe.each(PAGES)('%s', (page) => {
  test('has short sentences, named actors and lines that fit', () => {
    expect(faultsIn(read(page))).toEqual([])
  })

  test('names paths that exist', () => {
    const missing = [
      ...pathsIn(read(page)).filter(
        (path) => !TO_BE_WRITTEN.has(path) && !inNewProject(path) && !existsSync(join(ROOT, path)),
      ),
      ...linksIn(read(page)).filter((path) => !existsSync(join(ROOT, dirname(page), path))),
    ]
    expect(missing).toEqual([])
  })

  test('names settings and npm scripts that exist', () => {
    const scripts = new Set([...scriptsIn('package.json'), ...scriptsIn(`${TEMPLATES}/common/package.json.template`)])
    const sources = filesIn('composition').filter((file) => file.endsWith('.ts'))
    const code = ['examples/shop/wrangler.toml', ...sources].map(read).join('\n')
    const named = namesIn(read(page))
    // The receiver in docs/callbacks.md has a variable of its own.
    expect(named.settings.filter((name) => name !== 'ERRAND_SECRET' && !code.includes(name))).toEqual([])
    expect(named.scripts.filter((name) => !scripts.has(name))).toEqual([])
  })
})

test('the changelog has one line a change, of short sentences with named actors', () => {
  const faults = faultsIn(read('CHANGELOG.md')).filter((fault) => !fault.endsWith(' columns'))
  expect(faults).toEqual([])
})

test('ARCHITECTURE.md names classes and ports that exist', () => {
  const code = ['domain', 'ports', 'application', 'adapters', 'composition']
    .flatMap(filesIn)
    .filter((file) => file.endsWith('.ts'))
    .map(read)
    .join('\n')
  const named = [...read('ARCHITECTURE.md').matchAll(/`([A-Z][a-z]+[A-Z]\w+)`/g)].map(([, name = '']) => name)
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([])
})

test('the map of ARCHITECTURE.md has at least 25 rows', () => {
  const map = read('ARCHITECTURE.md').split('## To change X, go to Y')[1]?.split('\n## ')[0] ?? ''
  expect(map.match(/^\| [^|-]/gm)?.length ?? 0).toBeGreaterThan(25)
})

test('every decision is in the index', () => {
  const decisions = docs.filter((file) => /^docs\/decisions\/\d{4}-.*\.md$/.test(file))
  expect(linksIn(read('docs/decisions/README.md')).toSorted()).toEqual(
    decisions.map((file) => file.replace('docs/decisions/', '')).toSorted(),
  )
})

describe('the prose gate finds', () => {
  const long = `${'be '.repeat(26)}end.`

  test.each([
    ['a long sentence', `Short. ${long}`, '1: a sentence of 27 words'],
    [
      'a long sentence over several lines',
      `# Title\n\n${'be '.repeat(15)}\n${'be '.repeat(15)}`,
      '3: a sentence of 30',
    ],
    ['a long sentence in a list', `- ${long}`, '1: a sentence of 27'],
    ['a long sentence in a table', `| a | b |\n|---|---|\n| x | ${long} |`, '3: a sentence of 27'],
    ['an actor without a name', 'The job waits until\nsomebody answers.', '1: "somebody"'],
    ['an actor without a name in a table', '| Whoever asks | yes |', '1: "Whoever"'],
    ['a wide line', `One.\n${'x'.repeat(101)}`, '2: 101 columns'],
  ])('%s', (_what, page, fault) => {
    expect(faultsIn(page)).toEqual([expect.stringContaining(fault)])
  })

  test.each([
    ['code', `\`\`\`sh\n${'x '.repeat(120)} # nobody\n\`\`\``],
    ['a wide table', `| ${'x'.repeat(120)} |`],
    ['a word in backticks', 'The value `nobody` is refused.'],
    ['two sentences', `${'be '.repeat(15)}end.\n${'be '.repeat(15)}end.`],
  ])('nothing in %s', (_what, page) => {
    expect(faultsIn(page)).toEqual([])
  })

  test('paths in backticks and in links, and no other words', () => {
    const page =
      'See `domain/job/job.ts`, `domain/`, `job.retry`, `GET /jobs`, `tool.ts` and [a](docs/x.md) or [b](https://x.org/y.md).'
    expect(pathsIn(page)).toEqual(['domain/job/job.ts', 'domain/', 'tool.ts'])
    expect(linksIn(page)).toEqual(['docs/x.md'])
  })
})
