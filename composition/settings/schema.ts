import * as z from 'zod'
import { MOST_PORT } from './checks.ts'
import {
  corsOrigins,
  idSecret,
  jurisdiction,
  localDevelopment,
  logFormat,
  noJurisdiction,
  postgresUrl,
  release,
  url,
} from './fields.ts'
import { limitFields, nodeLimitFields } from './limits.ts'
import { apiKey, baseUrl } from './models.ts'
import { prices } from './prices.ts'
import { telemetryFields } from './telemetry.ts'
import { tenantSettings } from './tenants.ts'
import { wholeNumber } from './whole-number.ts'

const modelFields = {
  ERRAND_MODEL: z
    .string()
    .regex(/^[a-z0-9-]+\/.+$/, 'must look like "provider/model"')
    .optional(),
  ANTHROPIC_API_KEY: apiKey,
  ANTHROPIC_BASE_URL: baseUrl,
  OPENAI_API_KEY: apiKey,
  OPENAI_BASE_URL: baseUrl,
  OPENAI_COMPATIBLE_API_KEY: apiKey,
  OPENAI_COMPATIBLE_BASE_URL: baseUrl,
}

const sharedFields = {
  ...modelFields,
  ...limitFields,
  ...tenantSettings,
  ...telemetryFields,
  ERRAND_CORS_ORIGINS: corsOrigins,
  ERRAND_ID_SECRET: idSecret,
  ERRAND_OPEN: localDevelopment,
  ERRAND_PRICES: prices,
  ERRAND_RELEASE: release,
  ERRAND_RUN_CONCURRENCY: wholeNumber(1, 10_000).default(200),
}

export type SharedValues = z.infer<z.ZodObject<typeof sharedFields>>

/** A function, so that no Worker holds what only Node has. */
export function nodeSchema() {
  return z.object({
    ...sharedFields,
    ERRAND_DATABASE_URL: postgresUrl,
    ERRAND_LEASE_SECONDS: wholeNumber(1, 3600).default(15),
    ERRAND_HOST: z.string().optional(),
    ERRAND_PORT: wholeNumber(0, MOST_PORT).optional(),
    ERRAND_DATA_DIR: z.string().optional(),
    ERRAND_CONCURRENCY: wholeNumber(1, 10_000).default(50),
    ...nodeLimitFields,
    ERRAND_DRAIN_SECONDS: wholeNumber(0, 600).default(0),
    ERRAND_LOG_FORMAT: logFormat,
    ERRAND_URL: url,
    ERRAND_API_KEY: apiKey,
    ERRAND_JURISDICTION: noJurisdiction,
  })
}

/** Every setting. */
export type SettingName = keyof z.infer<ReturnType<typeof nodeSchema>>

export function workerSchema() {
  return z.object({ ...sharedFields, ERRAND_JURISDICTION: jurisdiction })
}
