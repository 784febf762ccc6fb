import { describe, expect, test } from 'vitest'
import { progressLine, uploadLine } from '#adapters/cli/batch/batch-text.ts'
import { type BatchWorld, watchBatch } from '#adapters/cli/batch/run-batch.ts'
import { StatusLine } from '#adapters/cli/batch/status-line.ts'
import { BATCH_EXAMPLES } from '#adapters/http/wire/batch-examples.ts'
import type { Batch } from '#adapters/client/types.ts'

const { id: ID } = BATCH_EXAMPLES.batch

describe('the line of a terminal', () => {
  test('says how far an upload and a batch have come', () => {
    const now = Date.parse(BATCH_EXAMPLES.batch.estimatedFinishAt) - 4 * 3_600_000
    expect(uploadLine(75_000, 0.5)).toBe('uploading  [############------------]  50 %  75,000 lines')
    expect(uploadLine(1, 0)).toMatch(/ 1 line$/)
    expect(progressLine(BATCH_EXAMPLES.batch as unknown as Batch, now)).toBe(
      'running    [####--------------------]  19 %  ' +
        '29,100 completed, 150 failed, 250 skipped, 20 running, 120,480 pending  8.1/s  $102.69  4 h 0 min left',
    )
  })

  test('is written over, to its end; where there is no terminal nothing is written', () => {
    const written: string[] = []
    const line = new StatusLine((text) => written.push(text))
    line.show('a longer text')
    line.show('short')
    line.end()
    line.end()
    expect(written).toEqual(['\ra longer text', '\rshort        ', '\n'])
    new StatusLine(null).show('nothing')
  })
})

test('the end of a batch says how many answers are not whole, and how to list them', async () => {
  const counts = { ...BATCH_EXAMPLES.batch.counts, completed: 200, failed: 0 }
  const batch = { ...BATCH_EXAMPLES.batch, status: 'completed', counts, refusedLines: 0 }
  const saidOf = async (earlyStops: number): Promise<string[]> => {
    const said: string[] = []
    const events = async function* () {
      yield await Promise.resolve({ ...batch, earlyStops })
    }
    const write = (text: string): void => void said.push(text)
    const world = { batches: { events }, print: write, note: write, exit: (code: number) => said.push(String(code)) }
    await watchBatch(
      { ...world, isTerminal: false, signal: new AbortController().signal } as unknown as BatchWorld,
      ID,
      {},
    )
    return said
  }
  expect(await saidOf(12)).toEqual([
    expect.stringMatching(/^cut off +12 of 200 answers$/m),
    `Answers that are not whole: errand list --batch ${ID} --stop-reason early\n`,
  ])
  expect(await saidOf(0)).toEqual([expect.not.stringContaining('whole')])
})
