import { afterAll, describe, expect, test } from 'vitest'
import { PlantedProject } from './planted-project.ts'

// TS2591: "Cannot find name 'process'. Do you need to install type definitions for node?"
// TS2584: "Cannot find name 'document'. Do you need to change your target library?"
const PLANTS = [
  { file: 'ports/a.ts', code: "export const key = process.env['API_KEY']", error: 'TS2591' },
  { file: 'domain/a.ts', code: "import fs from 'node:fs'\nexport const text = fs.readFileSync('x')", error: 'TS2591' },
  { file: 'domain/b.ts', code: "export const bytes = Buffer.from('x')", error: 'TS2591' },
  { file: 'domain/c.ts', code: 'export const title = document.title', error: 'TS2584' },
  { file: 'application/a.ts', code: 'export const later = setImmediate(() => undefined)', error: 'TS2304' },
  { file: 'application/b.ts', code: 'export type State = DurableObjectState', error: 'TS2304' },
] as const

const SOUND = {
  file: 'domain/sound.ts',
  code: `export const all = [new AbortController(), new URL('https://example.com'), new TextEncoder()]
export const clone = structuredClone(new Map<string, Set<number>>())
export function stop(signal: AbortSignal): void {
  signal.throwIfAborted()
}`,
}

const project = new PlantedProject(Object.fromEntries([...PLANTS, SOUND].map(({ file, code }) => [file, `${code}\n`])))

afterAll(() => {
  project.remove()
})

describe('the core, compiled without any platform', () => {
  const { status, stdout } = project.compileCore()
  const errors = [...stdout.matchAll(/^(\S+?)\(\d+,\d+\): error (TS\d+):/gm)].map((match) => ({
    file: match[1],
    error: match[2],
  }))

  test('is refused as a whole when one file is', () => {
    expect(status).not.toBe(0)
  })

  test.each(PLANTS)('refuses $code', ({ file, error }) => {
    expect(errors).toContainEqual({ file, error })
  })

  test('accepts what every platform has', () => {
    expect(errors.filter(({ file }) => file === SOUND.file)).toEqual([])
  })
})
