import { describe, expect, test } from 'vitest'
import { forPeople } from '#adapters/logging/for-people.ts'
import { ConsoleLogger } from '#adapters/logging/logger.ts'
import { JobNotFoundError } from '#domain/job/errors.ts'

const looped: Error = new Error('a')
looped.cause = new Error('b', { cause: looped })

function throws(): never {
  throw new Error('no')
}

describe('the log', () => {
  function logged(log: (logger: ConsoleLogger) => void): Record<string, unknown> {
    const lines: string[] = []
    log(new ConsoleLogger({ write: (line) => lines.push(line), now: () => 0, secrets: ['sk-secret'] }))
    return JSON.parse(lines[0] ?? '') as Record<string, unknown>
  }

  test('is one JSON object a line', () => {
    expect(
      logged((logger) => {
        logger.info('Hej.', { jobId: 'job_1' })
      }),
    ).toEqual({ at: '1970-01-01T00:00:00.000Z', level: 'info', message: 'Hej.', jobId: 'job_1' })
  })

  test('never holds a secret, wherever it comes from', () => {
    const line = logged((logger) => {
      logger.error('No sk-secret.', new Error('key sk-secret', { cause: new Error('sk-secret') }), { a: 'sk-secret' })
    })
    expect(JSON.stringify(line)).not.toContain('sk-secret')
    expect(line['message']).toBe('No [redacted].')
  })

  test('goes on after lines that could not be written, and says how many they were', () => {
    const lines: unknown[] = []
    let isFull = true
    const write = (line: string): boolean => {
      if (!isFull) lines.push(JSON.parse(line))
      return !isFull
    }
    const logger = new ConsoleLogger({ write, now: () => 0, secrets: [] })
    logger.info('a')
    logger.info('b')
    isFull = false
    logger.info('c')
    logger.info('d')
    expect(lines).toMatchObject([{ level: 'warn', lines: 2 }, { message: 'c' }, { message: 'd' }])
  })

  test.each([
    ['causes that lead back', looped],
    ['a text that throws', { toString: throws }],
    ['a stack that throws', Object.defineProperty(new Error('x'), 'stack', { get: throws })],
  ])('has a line for an error with %s', (_what, error) => {
    const line = logged((logger) => {
      logger.error('It failed.', error)
    })
    expect(line).toMatchObject({ message: 'It failed.', error: expect.any(String) as unknown })
  })

  test('tells the stack and the causes of a fault, and only the sentence of a refusal', () => {
    const fault = logged((logger) => {
      logger.error('x', new TypeError('broken', { cause: new Error('deep') }))
    })
    expect(fault['error']).toMatch(/^TypeError: broken\n\s+at /)
    expect(fault['error']).toContain('caused by Error: deep')
    expect(
      logged((logger) => {
        logger.error('x', new JobNotFoundError('job_1'))
      })['error'],
    ).toBe('job_not_found: There is no job "job_1".')
  })
})

describe('a line for a person', () => {
  const at = new Date(2026, 10, 30, 8, 18, 2).toISOString()

  test.each([
    [
      { level: 'info', message: 'It ended.', jobId: 'job_1', model: 'a/b-1.5' },
      '08:18:02 It ended. jobId=job_1 model=a/b-1.5',
    ],
    [
      { level: 'warn', message: 'Slow.', retryInSeconds: 4, why: 'two words' },
      '08:18:02 WARN Slow. retryInSeconds=4 why="two words"',
    ],
    [
      { level: 'error', message: 'No.', error: 'Error: a\n    at b.ts:1', a: [1] },
      '08:18:02 ERROR No. a=[1]\n  Error: a\n      at b.ts:1',
    ],
  ])('%j', (line, text) => {
    expect(forPeople(JSON.stringify({ at, ...line }))).toBe(text)
  })

  test('steers no terminal', () => {
    const written = '\u001B[2J\u009B2J\u202Ea\r'
    const line = forPeople(JSON.stringify({ at, level: 'error', message: 'No.', a: written, error: written }))
    expect(line.replace('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })
})
