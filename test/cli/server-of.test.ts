import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { noteServer } from '#adapters/node/process/server-note.ts'
import { serverOf } from '#composition/cli/server-of.ts'
import { parseNodeSettings } from '#composition/settings/settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'errand-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const called = (env: Record<string, string> = {}): string =>
  serverOf(parseNodeSettings({ ERRAND_DATA_DIR: folder, ...env })).serverUrl

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
