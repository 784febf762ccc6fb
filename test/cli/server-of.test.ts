import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { noteServer } from '#adapters/node/process/server-note.ts'
import { serverOf } from '#composition/cli/server-of.ts'
import { parseCommandSettings } from '#composition/settings/command.ts'
import { SettingsError } from '#composition/settings/settings-error.ts'
import { parseNodeSettings } from '#composition/settings/settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'errand-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const called = (env: Record<string, string> = {}): string =>
  serverOf(parseCommandSettings({ ERRAND_DATA_DIR: folder, ...env })).serverUrl

test('settings come first, then the server of the data directory while it lives, then the usual address', () => {
  const usual = 'http://127.0.0.1:8787'
  expect(called()).toBe(usual)
  const takeBack = noteServer(folder, 'http://127.0.0.1:4711')
  expect(statSync(join(folder, 'server.json')).mode & 0o777).toBe(0o600)
  expect(called()).toBe('http://127.0.0.1:4711')
  expect(called({ ERRAND_PORT: '0' })).toBe('http://127.0.0.1:4711')
  expect(called({ ERRAND_PORT: '8787' })).toBe(usual)
  expect(called({ ERRAND_URL: 'https://errand.example' })).toBe('https://errand.example')
  takeBack()
  expect(called()).toBe(usual)
  // Above what any system gives.
  for (const left of ['{"url":"http://127.0.0.1:4711","pid":2147483646}', '{"url"', 'null'])
    expect((writeFileSync(join(folder, 'server.json'), left), called())).toBe(usual)
})

test('only the usual address is assumed', () => {
  const assumed = (env: object) => serverOf(parseCommandSettings({ ERRAND_DATA_DIR: folder, ...env })).isAssumed
  expect(assumed({})).toBe(true)
  expect([assumed({ ERRAND_PORT: '8787' }), assumed({ ERRAND_URL: 'https://errand.example' })]).toEqual([false, false])
})

test('a command reads its settings as a server does, and refuses what a server refuses', () => {
  const given = {
    ERRAND_HOST: '::1',
    ERRAND_PORT: '4711',
    ERRAND_DATA_DIR: folder,
    ERRAND_DATABASE_URL: 'postgres://errand:p%40ss@db.test/errand',
    ERRAND_API_KEY: ' key\n',
  }
  for (const env of [{}, given, { ...given, ERRAND_URL: 'https://errand.example', ERRAND_MODEL: 'a/b' }])
    expect(parseNodeSettings(env)).toMatchObject(parseCommandSettings(env))
  const wrong = {
    ERRAND_PORT: '65536',
    ERRAND_DATABASE_URL: 'mysql://db.test/errand',
    ERRAND_URL: 'ftp://errand.example',
    ERRAND_API_KEY: '“key”',
    ERRAND_APIKEY: 'key',
  }
  for (const [name, text] of Object.entries(wrong)) {
    const messages = [parseNodeSettings, parseCommandSettings].map((parse) => messageOf(() => parse({ [name]: text })))
    expect(messages[0]).toContain(`  ${name} `)
    expect(messages[1]).toBe(messages[0])
  }
})

function messageOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return error instanceof SettingsError ? error.message : String(error)
  }
  return 'accepted'
}
