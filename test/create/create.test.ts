import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { problemWithNode } from '#create-errand/node-version.js'
import { packageManager } from '#create-errand/package-manager.js'

const BIN = join(import.meta.dirname, '../../create-errand/bin.js')

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'errand-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function create(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args, '--no-install'], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], npm_config_user_agent: 'pnpm/10.1.0 npm/? node/v24.1.0 linux x64' },
  })
  return { status, stdout, stderr }
}

const filesIn = (name: string): readonly string[] =>
  readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' })
    .filter((file) => !file.startsWith('.git/') && file.includes('.'))
    .toSorted()

const common = ['.env.example', '.git', '.gitignore', 'README.md', 'errand.config.ts', 'package.json']

describe('create-errand', () => {
  test('makes the blank project, and prints what to do next with the same package manager', () => {
    const { status, stdout, stderr } = create('My Agents')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/Next:\n {2}cd My Agents\n {2}pnpm install\n {2}pnpm run dev\n$/)
    expect(filesIn('My Agents')).toEqual(
      [...common, 'agents/slogan.test.ts', 'agents/slogan.ts', 'tsconfig.json', 'wrangler.jsonc'].toSorted(),
    )
    const manifest = JSON.parse(readFileSync(join(folder, 'My Agents/package.json'), 'utf8')) as object
    expect(manifest).toMatchObject({ name: 'my-agents', dependencies: { errand: '^0.1.0' } })
    expect(readFileSync(join(folder, 'My Agents/wrangler.jsonc'), 'utf8')).toContain('"name": "my-agents"')
  })

  test('makes the template that is named, without git, with the errand that is given', () => {
    expect(create('shop', '--template', 'shop', '--no-git', '--errand', '../errand.tgz').status).toBe(0)
    expect(filesIn('shop')).toContain('agents/product-copywriter.ts')
    expect(filesIn('shop')).not.toContain('.git')
    expect(readFileSync(join(folder, 'shop/package.json'), 'utf8')).toContain('"errand": "../errand.tgz"')
  })

  test('asks nothing without a terminal, or with --yes: the folder has a default', () => {
    expect(create('--yes').status).toBe(0)
    expect(readdirSync(folder)).toEqual(['my-agents'])
  })

  test('a repository without files is an empty folder', () => {
    mkdirSync(join(folder, 'app/.git'), { recursive: true })
    expect(create('app').status).toBe(0)
  })

  test.each([
    [
      'a folder that is not empty',
      ['full'],
      /"full" is not empty \(notes\.txt\), and nothing was changed\. .*errand init/,
    ],
    ['a file', ['full/notes.txt'], /"full\/notes\.txt" is a file/],
    ['an unknown template', ['new', '--template', 'x'], /no template "x"\. The templates are blank and shop/],
    ['an unknown option', ['new', '--tempalte', 'x'], /'--tempalte'/],
    ['two folders', ['new', 'other'], /new, other/],
  ])('refuses %s, and touches nothing', (_case, args, said) => {
    mkdirSync(join(folder, 'full'))
    writeFileSync(join(folder, 'full/notes.txt'), 'mine')
    const { status, stderr } = create(...args)
    expect(status).toBe(1)
    expect(stderr).toMatch(said)
    expect(stderr).not.toContain('    at ')
    expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual(['full', 'full/notes.txt'])
  })
})

test('both packages have one version, and new projects get it', () => {
  const read = (file: string): string => readFileSync(join(import.meta.dirname, '../..', file), 'utf8')
  const { version } = JSON.parse(read('package.json')) as { version: string }
  expect(JSON.parse(read('create-errand/package.json'))).toMatchObject({ version })
  expect(read('create-errand/templates/common/package.json.template')).toContain(`"errand": "^${version}"`)
})

test.each([
  ['20.19.0', /needs Node 22\.13 or newer, and this is Node 20\.19\.0/],
  ['22.12.0', /needs Node 22\.13/],
])('Node %s is too old', (version, said) => {
  expect(problemWithNode(version)).toMatch(said)
})

test.each(['22.13.0', '23.0.0', '26.10.0'])('Node %s is new enough', (version) => {
  expect(problemWithNode(version)).toBeNull()
})

test.each([
  [undefined, 'npm'],
  ['npm/11.0.0 node/v24.1.0 linux x64', 'npm'],
  ['bun/1.4.5 npm/? node/v24.1.0 linux x64', 'bun'],
  ['yarn/4.1.0 npm/? node/v24.1.0', 'yarn'],
  ['other/1', 'npm'],
])('the user agent %s is that of %s', (agent, manager) => {
  expect(packageManager(agent)).toBe(manager)
})
