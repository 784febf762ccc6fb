import { describe, expect, test } from 'vitest'
import { progressLine, uploadLine } from '#adapters/cli/batch/batch-text.ts'
import { StatusLine } from '#adapters/cli/batch/status-line.ts'
import { BATCH_EXAMPLES } from '#adapters/http/wire/batch-examples.ts'
import type { Batch } from '#adapters/client/types.ts'

describe('the line of a terminal', () => {
  test('says how far an upload and a batch have come', () => {
    const now = Date.parse(BATCH_EXAMPLES.batch.estimatedFinishAt) - 4 * 3_600_000
    expect(uploadLine(75_000, 0.5)).toBe('uploading  [############------------]  50 %  75,000 lines')
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
