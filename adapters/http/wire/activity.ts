import * as z from 'zod'
import { agentName, count, label, timestamp, wholeNumber } from './common.ts'
import { moneyFields } from './money.ts'
import { errorCode } from './problem.ts'

const HOURS = 24
const MOST_HOURS = 720

export const ActivityQuery = z.strictObject({
  hours: wholeNumber(1, MOST_HOURS, { examples: [24], default: HOURS })
    .default(HOURS)
    .meta({ description: 'How far back.' }),
  agent: agentName.optional().meta({ description: 'Jobs of this agent.' }),
  tag: label.optional().meta({ description: 'Jobs that were submitted with this tag.', examples: ['autumn'] }),
  batch: label.optional().meta({ description: 'Jobs of this group.', examples: ['catalogue-2026-11'] }),
})

export const jobUsage = z
  .object({ inputTokens: count, cachedInputTokens: count, outputTokens: count })
  .meta({ id: 'JobUsage', description: 'Tokens of all model calls, also failed ones.' })

const ends = { completed: count, failed: count, canceled: count }

export const JobActivity = z
  .object({
    from: timestamp.meta({ description: 'Jobs submitted at that time or later are counted.' }),
    to: timestamp.meta({ description: 'When this was read.' }),
    isWhole: z.boolean().meta({
      description: 'Whether `from` is as long ago as was asked. It is later where there are more than 5000 jobs.',
    }),
    parts: z
      .array(z.object({ from: timestamp, ...ends, usage: jobUsage, ...moneyFields }))
      .meta({ description: 'Equal parts of that time, with the jobs that ended in each and what these used.' }),
    ...moneyFields,
    failures: z
      .array(z.object({ code: errorCode.nullable(), jobs: count }))
      .meta({ description: 'Failed jobs by reason, the most frequent one first.' }),
  })
  .meta({
    id: 'JobActivity',
    description: 'What became of the jobs of the last hours.',
    examples: [
      {
        from: '2026-11-22T10:00:00.000Z',
        to: '2026-11-23T10:00:00.000Z',
        isWhole: true,
        parts: [
          {
            from: '2026-11-22T10:00:00.000Z',
            completed: 95,
            failed: 1,
            canceled: 0,
            usage: { inputTokens: 174_800, cachedInputTokens: 114_000, outputTokens: 20_140 },
            costMicros: 361_000,
            unpricedCalls: 0,
          },
        ],
        costMicros: 361_000,
        unpricedCalls: 0,
        failures: [{ code: 'model_failed', jobs: 1 }],
      },
    ],
  })
