import * as z from 'zod'
import { SCHEDULE_STATUSES } from '#domain/schedule/schedule.ts'
import { CATCH_UPS, MERGES, OVERLAPS } from '#domain/schedule/spec.ts'
import { agentName, anyJson, label, time, wholeNumber } from './common.ts'
import { YEAR_S, jobOptions, writes } from './job-options.ts'
import { MAX_PAGE_SIZE } from './listing.ts'
import { SCHEDULE_EXAMPLES as EXAMPLES } from './schedule-examples.ts'

/** The use case says with more words what is wrong with a number, so here it may be any. */
function whole(least: number, most: number) {
  return z.number().meta({ override: { type: 'integer', minimum: least, maximum: most } })
}

const timeZone = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: 'A name of the IANA database.', examples: ['Europe/Stockholm'] })

const when = z
  .union(
    [
      z.strictObject({
        cron: z
          .string()
          .min(1)
          .max(256)
          .meta({ description: 'Five fields, in the wall time of the zone.', examples: ['0 7 * * 1'] }),
        timeZone,
      }),
      z.strictObject({ everySeconds: whole(1, YEAR_S) }),
      z.strictObject({ at: time }),
      z.strictObject({ delaySeconds: whole(0, YEAR_S) }),
    ],
    {
      error:
        'must be like {"cron": "0 7 * * 1", "timeZone": "Europe/Stockholm"}, {"everySeconds": 900}, {"at": "2026-12-01T08:00:00Z"} or {"delaySeconds": 3600}, and nothing else',
    },
  )
  .meta({
    description:
      '`cron` and `everySeconds` recur. `at` and `delaySeconds` fire once; a later PUT moves a fire that is still to come.',
  })

const timeOfDay = z
  .string()
  .min(1)
  .max(5)
  .meta({ examples: ['21:00'] })

const quietHours = z
  .strictObject({ from: timeOfDay, to: timeOfDay, timeZone })
  .meta({ description: 'A fire within them is moved to their end. They may go over midnight.' })

const limit = z
  .strictObject({ key: z.string().min(1).max(256), max: whole(1, 1000), perSeconds: whole(1, YEAR_S) })
  .meta({
    description:
      'At most `max` fires in any `perSeconds`, of all schedules of the tenant with this `key`. A fire beyond it is `limited`.',
    examples: [{ key: 'contact:42', max: 1, perSeconds: 259_200 }],
  })

export const overlap = z.enum(OVERLAPS).meta({
  description: 'What becomes of a fire while the job of an earlier one is not finished.',
})
export const catchUp = z.enum(CATCH_UPS).meta({
  description: 'Which fires are made up for that were missed while no server ran.',
})
export const merge = z.enum(MERGES).meta({
  description:
    'Which input the job gets after several PUTs. `all`: `{"events": [...]}`. Only with `at` and `delaySeconds`.',
})

/** Body of `PUT /schedules/{id}`. */
export const ScheduleRequest = z
  .strictObject({
    agent: agentName,
    input: anyJson,
    when,
    latestBy: time
      .optional()
      .meta({ description: 'No PUT postpones the fire beyond this. The first PUT with it sets it.' }),
    merge: merge.optional(),
    occurredAt: time.optional().meta({
      description: 'When the event happened that this PUT is for. An event older than the newest seen changes nothing.',
    }),
    overlap: overlap.optional(),
    catchUp: catchUp.optional(),
    catchUpWithinSeconds: whole(1, YEAR_S)
      .optional()
      .meta({ description: 'Missed fires that are older are not made up for.' }),
    quietHours: quietHours.optional(),
    limit: limit.optional(),
    pauseAfterFailures: whole(1, 1000)
      .optional()
      .meta({ description: 'Failed jobs in a row that pause the schedule.' }),
    endAt: time.optional().meta({ description: 'There is no fire at this time or later.' }),
    writes,
    ...jobOptions,
  })
  .meta({ id: 'ScheduleRequest', examples: [EXAMPLES.request, EXAMPLES.debounce] })

export type ScheduleBody = z.infer<typeof ScheduleRequest>

/** What the code of an author declares: nothing that is for several PUTs. */
export const DeclaredScheduleRequest = ScheduleRequest.omit({ latestBy: true, merge: true, occurredAt: true })

/** Body of `POST /schedules/{id}/backfill`. */
export const BackfillRequest = z
  .strictObject({
    from: time,
    to: time.meta({ description: 'A fire at this time itself is not submitted.' }),
  })
  .meta({ id: 'BackfillRequest', examples: [{ from: '2026-11-01T00:00:00Z', to: '2026-11-15T00:00:00Z' }] })

/** Query of `DELETE /schedules/{id}`. */
export const DeleteScheduleQuery = z.strictObject({
  occurred_at: time.optional().meta({
    description: 'When the event happened that ends it. An event older than the newest seen changes nothing.',
  }),
})

const SCHEDULE_PAGE_SIZE = 50

/** Query of `GET /schedules`. */
export const ScheduleQuery = z.strictObject({
  status: z
    .enum(SCHEDULE_STATUSES)
    .optional()
    .meta({ description: 'All that have not ended, if nothing is said.', examples: ['paused'] }),
  agent: agentName.optional().meta({ description: 'Schedules of this agent.' }),
  tag: label.optional().meta({ description: 'Schedules whose jobs get this tag.', examples: ['autumn'] }),
  id_prefix: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,128}$/)
    .optional()
    .meta({ description: 'Schedules whose id begins so.', examples: ['cart:'] }),
  page_size: wholeNumber(1, MAX_PAGE_SIZE, { examples: [100], default: SCHEDULE_PAGE_SIZE })
    .default(SCHEDULE_PAGE_SIZE)
    .meta({ description: 'Most schedules of one page.' }),
  page_token: z
    .string()
    .regex(/^\w{1,64}$/, 'must be the next_page_token of an earlier page')
    .optional()
    .meta({ description: '`next_page_token` of the page before.', examples: [EXAMPLES.page.next_page_token] }),
})
