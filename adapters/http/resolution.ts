import type { Context } from 'hono'
import { type Resolution, isDecision } from '#domain/job/resolution.ts'
import { type AppEnv, demand } from './context.ts'
import type { ResolutionBody } from './wire/requests.ts'

/**
 * What the caller says of a call, if the caller may say it: a decision needs the scope `approve`, all else `submit`.
 * @throws {ForbiddenError}
 */
export function permittedResolution(c: Context<AppEnv>, body: ResolutionBody): Resolution {
  const resolution = resolutionOf(body)
  demand(c, isDecision(resolution) ? 'approve' : 'submit')
  return resolution
}

function resolutionOf(body: ResolutionBody): Resolution {
  switch (body.outcome) {
    case 'happened':
      return { outcome: body.outcome, result: body.result ?? null }
    case 'approved':
      return { outcome: body.outcome, ...(body.input !== undefined && { input: body.input }) }
    case 'rejected':
      return { outcome: body.outcome, ...(body.reason !== undefined && { reason: body.reason }) }
    case 'did_not_happen':
    case 'fail':
      return { outcome: body.outcome }
  }
}
