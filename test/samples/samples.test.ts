import { describe, expect, test } from 'vitest'
import type { JobEvent } from '#domain/job/event.ts'
import { EVENT_TYPES, WORD_LISTS, wordsIn } from '#domain/job/known-event.ts'
import { RELEASE, makeSamples, readFolder, readSamples, releases } from './samples.ts'

// A released folder is for ever: it is never changed, and neither is what comes of it. `npm run samples` writes that of this code's release.

describe.each(releases())('what release %s has stored', (release) => {
  const samples = readFolder(release)
  const reading = readSamples(samples)

  test.each(samples.read)('is read as it was then: $name', async ({ name, view }) => {
    // Members may come; none may go or change.
    expect((await reading).filter((one) => one.name === name)).toMatchObject([{ view }])
  })
})

describe('what this code stores', () => {
  test('is what the samples of its release show; otherwise they are to be made: npm run samples', async () => {
    expect(releases()).toContain(RELEASE)
    const { journals, operations, records, read } = readFolder(RELEASE)
    const made = await makeSamples()
    expect(JSON.parse(JSON.stringify(made))).toEqual({ journals, operations, records, read })
  })

  const events = readFolder(RELEASE).journals.flatMap((sample) => sample.events as readonly JobEvent[])

  test.each(EVENT_TYPES)('is shown by a sample: event %s', (type) => {
    expect(events.map((event) => event.type)).toContain(type)
  })

  test.each(WORD_LISTS)('is shown by a sample: every $of', ({ of, words }) => {
    const used = events.flatMap(wordsIn).filter(([list]) => list.of === of)
    expect(new Set(used.map(([, word]) => word))).toEqual(new Set(words))
  })
})
