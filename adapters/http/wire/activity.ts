import * as z from 'zod'
import { EARLY_STOPS } from '#domain/agent/next-step.ts'
import { agentName, count, label, timestamp, wholeNumber } from './common.ts'
import { moneyFields } from './money.ts'
import { errorCode } from './problem.ts'

/** Where a question names no time. */
export const HOURS = 24
const MOST_HOURS = 720
const MOST_DAYS = 31

const query = z.strictObject({
  hours: wholeNumber(1, MOST_HOURS, { examples: [24] })
    .optional()
    .meta({ description: `How far back, in 24 equal parts; ${String(HOURS)} without it and \`days\`.` }),
  days: wholeNumber(1, MOST_DAYS, { examples: [7] })
    .optional()
    .meta({ description: 'Not with `hours`: so many days of UTC, that of today included, each a part.' }),
  agent: agentName.optional().meta({ description: 'Jobs of this agent.' }),
  tag: label.optional().meta({ description: 'Jobs that were submitted with this tag.', examples: ['autumn'] }),
  batch: label.optional().meta({ description: 'Jobs of this group.', examples: ['catalogue-2026-11'] }),
})

export const ActivityQuery = query.refine(({ hours, days }) => hours === undefined || days === undefined, {
  path: ['days'],
  error: 'cannot be given with "hours"',
})

export const jobUsage = z
  .object({ inputTokens: count, cachedInputTokens: count, outputTokens: count })
  .meta({ id: 'JobUsage', description: 'Tokens of all model calls, also failed ones.' })

const sums = { completed: count, failed: count, canceled: count, usage: jobUsage, ...moneyFields }
const EXAMPLE = {
  completed: 95,
  failed: 1,
  canceled: 0,
  usage: { inputTokens: 174_800, cachedInputTokens: 114_000, outputTokens: 20_140 },
  costMicros: 361_000,
  unpricedCalls: 0,
}

export const JobActivity = z
  .object({
    from: timestamp.meta({ description: 'Jobs submitted at that time or later are counted.' }),
    to: timestamp.meta({ description: 'When this was read.' }),
    isWhole: z.boolean().meta({
      description:
        'Whether `from` is as long ago as was asked. It is later where there are more than 5000 jobs; by days, more than 50000. After many different questions, answers look at fewer.',
    }),
    parts: z
      .array(z.object({ from: timestamp, ...sums }))
      .meta({ description: 'Equal parts of that time, with the jobs that ended in each and what these used.' }),
    agents: z
      .array(z.object({ agent: agentName, ...sums }))
      .meta({ description: 'The same by agent, the dearest one first.' }),
    ...moneyFields,
    failures: z
      .array(z.object({ code: errorCode.nullable(), jobs: count }))
      .meta({ description: 'Failed jobs by reason, the most frequent one first.' }),
    earlyStops: z
      .array(z.object({ reason: z.enum(EARLY_STOPS), jobs: count }))
      .meta({ description: 'Jobs that completed without a whole answer by reason, the most frequent one first.' }),
  })
  .meta({
    id: 'JobActivity',
    description: 'What became of the jobs of the last hours or days.',
    examples: [
      {
        from: '2026-11-22T10:00:00.000Z',
        to: '2026-11-23T10:00:00.000Z',
        isWhole: true,
        parts: [
          {
            from: '2026-11-22T10:00:00.000Z',
            ...EXAMPLE,
          },
        ],
        agents: [
          {
            agent: 'product-copywriter',
            ...EXAMPLE,
          },
        ],
        costMicros: 361_000,
        unpricedCalls: 0,
        failures: [{ code: 'model_failed', jobs: 1 }],
        earlyStops: [{ reason: 'length', jobs: 2 }],
      },
    ],
  })
