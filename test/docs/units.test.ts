import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { allBlocks } from './blocks.ts'
import { parse } from './ini.ts'

const ROOT = join(import.meta.dirname, '../..')
const blockOf = (page: string, language: string): string =>
  allBlocks().find((block) => block.page === page && block.language === language)?.code ?? ''

const unit = blockOf('docs/guides/node-systemd.md', 'ini')
const dockerfile = blockOf('docs/guides/docker.md', 'dockerfile')
const template = JSON.parse(
  readFileSync(join(ROOT, 'create-errand/templates/common/package.json.template'), 'utf8'),
) as { readonly scripts: { readonly start: string }; readonly engines: { readonly node: string } }

test('the unit starts the command of a project, as a user, with a folder it may write', () => {
  const service = parse(unit).get('Service')
  expect(service?.get('ExecStart')).toEqual([`/opt/my-agents/node_modules/.bin/${template.scripts.start}`])
  expect(service?.get('WorkingDirectory')).toEqual(['/opt/my-agents'])
  expect(service?.get('User')?.[0]).not.toBe('root')
  const [state] = service?.get('StateDirectory') ?? []
  expect(service?.get('Environment')).toEqual([`ERRAND_DATA_DIR=/var/lib/${String(state)}`])
  // Running jobs get 20 seconds.
  expect(Number(service?.get('TimeoutStopSec')?.[0])).toBeGreaterThan(30)
})

const analyze = spawnSync('systemd-analyze', ['--version'])

test.skipIf(analyze.status !== 0)('systemd knows every key of the unit', () => {
  const dir = mkdtempSync(join(tmpdir(), 'errand-unit-'))
  try {
    const file = join(dir, 'my-agents.service')
    writeFileSync(file, unit)
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' })
    expect(`${stdout}${stderr}`).not.toMatch(/Unknown (?:key|section)|Failed to parse|Invalid/)
  } finally {
    rmSync(dir, { recursive: true })
  }
})

test('the Dockerfile copies files of a project, and starts its command as a user', () => {
  const lines = dockerfile.trim().split('\n')
  const known = /^(?:FROM|WORKDIR|ENV|COPY|RUN|USER|VOLUME|EXPOSE|HEALTHCHECK|CMD) /
  expect(lines.filter((line) => !known.test(line))).toEqual([])
  const copied = lines.flatMap((line) => /^COPY (.+) \S+$/.exec(line)?.[1]?.split(' ') ?? [])
  const made = ['package.json', 'package-lock.json']
  const inTemplates = (file: string) =>
    ['common', 'blank'].some((name) => existsSync(join(ROOT, 'create-errand/templates', name, file)))
  expect(copied).toEqual([...made, 'errand.config.ts', 'agents'])
  expect(copied.filter((file) => !made.includes(file) && !inTemplates(file))).toEqual([])
  const at = (begin: string): number => lines.findIndex((line) => line.startsWith(begin))
  expect(at('USER node')).toBeGreaterThan(at('RUN npm ci'))
  expect(at('USER node')).toBeLessThan(at('CMD '))
  const command = JSON.parse(lines[at('CMD ')]?.slice(4) ?? '') as readonly string[]
  expect(command.join(' ')).toBe(`node_modules/.bin/${template.scripts.start}`)
  expect(Number(/^FROM node:(\d+)-slim$/.exec(lines[0] ?? '')?.[1])).toBeGreaterThanOrEqual(23)
  expect(lines[at('HEALTHCHECK')]).toContain('/healthz')
})
