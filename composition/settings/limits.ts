import type * as z from 'zod'
import { DEFAULT_LIMITS, type JobLimits } from '#domain/job/limits.ts'
import { wholeNumber } from './whole-number.ts'

/** What an operator may move on every runtime. */
export const limitFields = {
  ERRAND_MAX_MODEL_CALLS: wholeNumber(1, 10_000).optional(),
  ERRAND_MODEL_OUTAGE_SECONDS: wholeNumber(0, 2_592_000).optional(),
  ERRAND_TOOL_STOP_SECONDS: wholeNumber(0, 600).optional(),
  ERRAND_MAX_STRIKES: wholeNumber(1, 100).optional(),
  ERRAND_RUN_SECONDS: wholeNumber(1, 3600).optional(),
}

const calls = wholeNumber(1, 10_000).optional()

/** Workers allow six connections, so there is nothing to move there (`cloudflare-limits.ts`). */
export const nodeLimitFields = {
  ANTHROPIC_MAX_CONCURRENCY: calls,
  OPENAI_MAX_CONCURRENCY: calls,
  OPENAI_COMPATIBLE_MAX_CONCURRENCY: calls,
  ERRAND_TOOL_CALLS_AT_ONCE: wholeNumber(1, 1000).optional(),
}

type Values<Fields extends z.ZodRawShape> = z.infer<z.ZodObject<Fields>>

export function limitsFrom(values: Values<typeof limitFields> & Partial<Values<typeof nodeLimitFields>>): JobLimits {
  const {
    ERRAND_MAX_MODEL_CALLS: maxModelCalls,
    ERRAND_MODEL_OUTAGE_SECONDS: outageSeconds,
    ERRAND_TOOL_STOP_SECONDS: toolStopSeconds,
    ERRAND_MAX_STRIKES: maxStrikes,
    ERRAND_RUN_SECONDS: runSeconds,
    ERRAND_TOOL_CALLS_AT_ONCE: maxToolCallsAtOnce,
  } = values
  return {
    ...DEFAULT_LIMITS,
    ...(maxModelCalls !== undefined && { maxModelCalls }),
    ...(outageSeconds !== undefined && { modelOutageMs: outageSeconds * 1000 }),
    ...(toolStopSeconds !== undefined && { toolStopMs: toolStopSeconds * 1000 }),
    ...(maxStrikes !== undefined && { maxStrikes }),
    ...(runSeconds !== undefined && { maxRunMs: runSeconds * 1000 }),
    ...(maxToolCallsAtOnce !== undefined && { maxToolCallsAtOnce }),
  }
}

/** By the name that a model begins with. */
export function providerLimits(values: Values<typeof nodeLimitFields>): Readonly<Record<string, number>> {
  const {
    ANTHROPIC_MAX_CONCURRENCY: anthropic,
    OPENAI_MAX_CONCURRENCY: openai,
    OPENAI_COMPATIBLE_MAX_CONCURRENCY: compatible,
  } = values
  return {
    ...(anthropic !== undefined && { anthropic }),
    ...(openai !== undefined && { openai }),
    ...(compatible !== undefined && { 'openai-compatible': compatible }),
  }
}
