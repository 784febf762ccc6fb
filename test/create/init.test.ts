import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { init } from '#create-errand/init.js'

let directory: string
let notes: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'errand-'))
  notes = ''
})

afterEach(() => {
  rmSync(directory, { recursive: true })
})

const run = (template = 'blank'): Promise<number> =>
  init({ directory, template, install: false, note: (text) => (notes += `${text}\n`) })

test('errand init adds what a project lacks, and leaves its files as they are', async () => {
  const manifest = JSON.stringify({ name: 'theirs', dependencies: { zod: '^4.0.0' } })
  writeFileSync(join(directory, 'package.json'), manifest)
  mkdirSync(join(directory, 'agents'))
  writeFileSync(join(directory, 'agents/slogan.ts'), 'mine')

  expect(await run()).toBe(0)

  expect(readFileSync(join(directory, 'package.json'), 'utf8')).toBe(manifest)
  expect(readFileSync(join(directory, 'agents/slogan.ts'), 'utf8')).toBe('mine')
  expect(readFileSync(join(directory, 'errand.config.ts'), 'utf8')).toContain('defineConfig')
  expect(notes).toContain('Left as it is: agents/slogan.ts, package.json.')
  expect(notes).toContain('install errand@^0.1.0\n')
})

test('errand init twice changes nothing the second time', async () => {
  await run()
  notes = ''
  expect(await run()).toBe(0)
  expect(notes).toContain('Every file is there already.')
})

test('errand init says in a sentence what it cannot do', async () => {
  expect(await run('x')).toBe(1)
  writeFileSync(join(directory, 'package.json'), '{')
  expect(await run()).toBe(1)
  expect(notes).toMatch(/no template "x"[^]*package\.json cannot be read/)
})
