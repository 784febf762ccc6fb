import * as z from 'zod'
import { ActorView } from './actor.ts'
import { anyJson, timestamp } from './common.ts'

const ofWrite = { at: timestamp, callId: z.string() }
const by = { by: ActorView }

/** What a flag of its tool says of a write. */
export const flags = z.array(z.object({ name: z.string(), problem: z.string() }))

const newWrite = z.object({
  ...ofWrite,
  tool: z.string(),
  target: z.string(),
  before: anyJson,
  after: anyJson,
  flags: flags.optional(),
})

/** The `data` of each event of a job's writes. */
export const WRITE_EVENTS = {
  'write.proposed': newWrite,
  'write.begun': newWrite,
  'write.approved': z.object({ ...ofWrite, ...by, after: anyJson.optional(), flags: flags.optional() }),
  'write.rejected': z.object({ ...ofWrite, ...by, reason: z.string().optional() }),
  'write.requested': z.object({ ...ofWrite, ...by, action: z.enum(['apply', 'undo']) }),
  'write.started': z.object(ofWrite),
  'write.deferred': z.object({ ...ofWrite, problem: z.string(), nextAt: timestamp }),
  'write.ended': z.object({
    ...ofWrite,
    outcome: z.enum(['applied', 'undone', 'stale', 'failed']),
    problem: z.string().optional(),
    found: anyJson.optional(),
    stored: anyJson.optional(),
  }),
}
