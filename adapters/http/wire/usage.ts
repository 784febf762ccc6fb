import * as z from 'zod'
import { agentName, count, text, timestamp } from './common.ts'
import { usage } from './job.ts'
import { costMicros, moneyFields } from './money.ts'

const day = z.iso
  .date('must be a day, such as "2026-11-01"')
  .refine((value) => value >= '1970-01-01', 'must be 1970-01-01 or later')
  .meta({ description: 'A day of UTC.', examples: ['2026-11-01'] })

const modelName = text(200).meta({ description: 'A model, `provider/model`.', examples: ['openai/gpt-5.4-mini'] })

export const UsageQuery = z.strictObject({
  from: day
    .optional()
    .meta({ description: 'The first day of UTC; six days before `to` without it.', examples: ['2026-11-01'] }),
  to: day
    .optional()
    .meta({ description: 'The last day of UTC, counted too; today without it.', examples: ['2026-11-30'] }),
  agent: agentName.optional().meta({ description: 'Of this agent.' }),
  model: modelName.optional().meta({ description: 'Of calls of this model, `provider/model`.' }),
})

const sums = {
  jobs: count.meta({ description: 'Jobs that have ended. A job that called several models counts with the first.' }),
  completed: count,
  failed: count,
  canceled: count,
  modelCalls: count.meta({ description: 'Calls that were begun, with any outcome.' }),
  failedModelCalls: count.meta({ description: 'Of these: refused, or answered with nothing usable.' }),
  wastedModelCalls: count.meta({ description: 'Of these: cut off with their process and made again.' }),
  usage,
  ...moneyFields,
  runs: z
    .object({ count, ...moneyFields })
    .meta({ description: 'Of these calls and costs, those of runs without a job: `POST /run` and `errand run`.' }),
  failedCostMicros: costMicros.meta({ description: 'Of `costMicros`, what failed calls have cost.' }),
  uncountedJobs: count.meta({
    description: 'Of `jobs`: those that ended before calls were counted. `modelCalls` does not have theirs.',
  }),
}

const EXAMPLE = {
  jobs: 96,
  completed: 95,
  failed: 1,
  canceled: 0,
  modelCalls: 201,
  failedModelCalls: 3,
  wastedModelCalls: 0,
  usage: {
    inputTokens: 174_800,
    cachedInputTokens: 114_000,
    cacheWriteTokens: 0,
    outputTokens: 20_140,
    reasoningTokens: 0,
  },
  costMicros: 361_000,
  unpricedCalls: 0,
  runs: { count: 12, costMicros: 4_100, unpricedCalls: 0 },
  failedCostMicros: 0,
  uncountedJobs: 0,
}

export const UsageReport = z
  .object({
    from: day,
    to: day,
    readAt: timestamp,
    total: z.object(sums),
    days: z
      .array(z.object({ day, ...sums }))
      .meta({ description: 'Each day in which a job or run has ended, in order.' }),
    agents: z.array(z.object({ agent: agentName, ...sums })).meta({ description: 'The dearest one first.' }),
    models: z
      .array(z.object({ model: modelName.nullable(), ...sums }))
      .meta({ description: 'The dearest one first; `null` for jobs that called none, and for uncounted ones.' }),
  })
  .meta({
    id: 'UsageReport',
    description: 'What all jobs and runs have used that ended in a time, also jobs that were deleted since.',
    examples: [
      {
        from: '2026-11-01',
        to: '2026-11-30',
        readAt: '2026-12-01T09:00:00.000Z',
        total: EXAMPLE,
        days: [{ day: '2026-11-23', ...EXAMPLE }],
        agents: [{ agent: 'product-copywriter', ...EXAMPLE }],
        models: [{ model: 'openai/gpt-5.4-mini', ...EXAMPLE }],
      },
    ],
  })
