import { join, relative } from 'node:path'
import { ESLint } from 'eslint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Files, PlantedProject } from './planted-project.ts'

const SYNTAX = 'no-restricted-syntax'
const GLOBALS = 'no-restricted-globals'
const PROPERTIES = 'no-restricted-properties'

function many(count: number, line: (index: string) => string): string {
  return Array.from({ length: count }, (_, index) => line(String(index))).join('\n')
}

const LONG = `export function long(add: (n: number) => void): void {\n${many(60, (i) => `  add(${i})`)}\n}`

/** One snippet that breaks one rule and no other. */
const PLANTS = [
  { what: 'a default export', rule: SYNTAX, file: 'domain/a.ts', code: 'export default 1' },
  {
    what: 'a default export beside the Worker entry',
    rule: SYNTAX,
    file: 'composition/cloudflare/env.ts',
    code: 'export default 1',
  },
  { what: 'a barrel', rule: SYNTAX, file: 'domain/b.ts', code: "export * from './sound.ts'" },
  { what: 'an enum', rule: SYNTAX, file: 'domain/c.ts', code: "export enum Color {\n  Red = 'red',\n}" },
  {
    what: 'a decorator',
    rule: SYNTAX,
    file: 'domain/d.ts',
    code: 'declare function mark(...args: unknown[]): void\n@mark\nexport class Marked {\n  readonly value = 1\n}',
  },
  {
    what: 'a hash that === compares',
    rule: SYNTAX,
    file: 'application/e.ts',
    code: 'export const isRight = (hash: string, stored: { readonly hash: string }): boolean => stored.hash === hash',
  },
  {
    what: 'import()',
    rule: SYNTAX,
    file: 'adapters/http/a.ts',
    code: "export const later = import('#domain/sound.ts')",
  },
  {
    what: 'a computed import() in a composition root',
    rule: SYNTAX,
    file: 'composition/node/late.ts',
    code: "const name = 'sound'\nexport const later = import(`#domain/${name}.ts`)",
  },

  {
    what: 'an error of the core beside what throws it',
    rule: SYNTAX,
    file: 'application/d.ts',
    code: 'export class LateError extends Error {}',
  },
  { what: 'Date in the core', rule: GLOBALS, file: 'domain/e.ts', code: 'export const now = Date.now()' },
  {
    what: 'fetch in the core',
    rule: GLOBALS,
    file: 'application/a.ts',
    code: "export const answer = fetch('https://example.com')",
  },
  { what: 'process in the core', rule: GLOBALS, file: 'ports/a.ts', code: "export const key = process.env['API_KEY']" },
  {
    what: 'process by way of globalThis',
    rule: GLOBALS,
    file: 'ports/b.ts',
    code: "export const key = globalThis.process.env['API_KEY']",
  },
  { what: 'console in the core', rule: GLOBALS, file: 'application/b.ts', code: "console.log('x')" },
  { what: 'a timer in the core', rule: GLOBALS, file: 'application/c.ts', code: 'setTimeout(() => undefined, 1)' },
  { what: 'crypto in the core', rule: GLOBALS, file: 'domain/f.ts', code: 'export const id = crypto.randomUUID()' },
  {
    what: 'Math.random in the core',
    rule: PROPERTIES,
    file: 'domain/g.ts',
    code: 'export const chance = Math.random()',
  },
  {
    what: 'AbortSignal.timeout in the core',
    rule: PROPERTIES,
    file: 'domain/h.ts',
    code: 'export const signal = AbortSignal.timeout(1)',
  },
  {
    what: 'a wait in a test that gives up after a second',
    rule: PROPERTIES,
    file: 'test/impatient.ts',
    code: "import { vi } from 'vitest'\nexport const waits = vi.waitFor(() => undefined)",
  },

  {
    what: 'a floating promise',
    rule: '@typescript-eslint/no-floating-promises',
    file: 'adapters/http/b.ts',
    code: 'export function start(work: () => Promise<void>): void {\n  work()\n}',
  },
  {
    what: 'an async callback that nobody waits for',
    rule: '@typescript-eslint/no-misused-promises',
    file: 'adapters/http/c.ts',
    code: 'export function each(work: () => Promise<void>): void {\n  [1].forEach(async () => work())\n}',
  },
  {
    what: 'a thrown string',
    rule: '@typescript-eslint/only-throw-error',
    file: 'adapters/http/d.ts',
    code: "export function fail(): never {\n  throw 'no'\n}",
  },
  { what: 'any', rule: '@typescript-eslint/no-explicit-any', file: 'domain/i.ts', code: 'export type Whatever = any' },
  {
    what: 'a non-null assertion',
    rule: '@typescript-eslint/no-non-null-assertion',
    file: 'domain/j.ts',
    code: 'export function sure(value: string | null): string {\n  return value!\n}',
  },
  {
    what: 'a switch that forgets a case',
    rule: '@typescript-eslint/switch-exhaustiveness-check',
    file: 'domain/k.ts',
    code: "export function say(kind: 'a' | 'b'): void {\n  switch (kind) {\n    case 'a':\n      return\n  }\n}",
  },
  {
    what: 'a type imported as a value',
    rule: '@typescript-eslint/consistent-type-imports',
    file: 'domain/l.ts',
    code: "import { Sound } from './sound.ts'\nexport type Louder = Sound",
  },
  {
    what: 'a field that could be readonly',
    rule: '@typescript-eslint/prefer-readonly',
    file: 'domain/m.ts',
    code: 'export class Box {\n  #size = 1\n  get size(): number {\n    return this.#size\n  }\n}',
  },
  {
    what: 'two equals signs',
    rule: 'eqeqeq',
    file: 'domain/n.ts',
    code: 'export function same(a: string, b: string): boolean {\n  return a == b\n}',
  },
  {
    what: '251 lines',
    rule: 'max-lines',
    file: 'domain/o.ts',
    code: many(251, (i) => `export const v${i} = 1`),
  },
  { what: 'a function of more than 60 lines', rule: 'max-lines-per-function', file: 'domain/p.ts', code: LONG },
  {
    what: 'more than 10 paths through a function',
    rule: 'complexity',
    file: 'domain/q.ts',
    code: `export function maze(n: number): number {\n${many(10, (i) => `  if (n === ${i}) return 1`)}\n  return n\n}`,
  },
  {
    what: 'four parameters',
    rule: 'max-params',
    file: 'domain/r.ts',
    code: 'export function sum(a: number, b: number, c: number, d: number): number {\n  return a + b + c + d\n}',
  },
  {
    what: 'a disable that disables nothing',
    rule: 'unused eslint-disable directive',
    file: 'domain/s.ts',
    code: '// eslint-disable-next-line eqeqeq -- Planted.\nexport const one = 1',
  },
] as const

const SOUND: Files = {
  'domain/sound.ts': `export type Sound = string
export const all = [new AbortController(), AbortSignal.abort(), new URL('a:b'), new TextEncoder(), structuredClone({})]
export const sets = [JSON.stringify({}), new Map<string, number>(), new Set<string>(), Math.max(1, 2)]\n`,
  'domain/errors.ts': 'export class LateError extends Error {}\n',
  'domain/app-error.ts': 'export abstract class AppError extends Error {}\n',
  'adapters/web/clock.ts': 'export const now = Date.now()\nexport const chance = Math.random()\n',
  'adapters/catalog/csv.d.ts': "declare module '*.csv' {\n  const text: string\n  export default text\n}\n",
  'composition/node/later.ts': "export const later = import('#domain/sound.ts')\n",
  'bench/cloudflare/worker.ts': 'export default { fetch: (): Response => new Response() }\n',
  'test/support/closing-line.ts': 'export default class ClosingLine {\n  readonly name = 1\n}\n',
  'some.config.ts': 'export default { test: true }\n',
  'test/long.test.ts': `${LONG}\n`,
}

const project = new PlantedProject({
  ...SOUND,
  ...Object.fromEntries(PLANTS.map(({ file, code }) => [file, `${code}\n`])),
})

describe('ESLint', () => {
  const broken = new Map<string, readonly string[]>()

  beforeAll(async () => {
    const eslint = new ESLint({ cwd: project.dir })
    for (const { filePath, messages } of await eslint.lintFiles(['.'])) {
      const names = messages.map(
        ({ ruleId, message }) => ruleId ?? message.replace(/^Unused.*/, 'unused eslint-disable directive'),
      )
      broken.set(relative(project.dir, filePath), [...new Set(names)])
    }
  })

  afterAll(() => {
    project.remove()
  })

  test.each(PLANTS)('$rule: $what', ({ rule, file }) => {
    expect(broken.get(join(file))).toEqual([rule])
  })

  test.each(Object.keys(SOUND))('nothing against %s', (file) => {
    expect(broken.get(join(file))).toEqual([])
  })
})
