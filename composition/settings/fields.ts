import * as z from 'zod'
import { checked } from './checked.ts'
import { problemWithPostgresUrl, problemWithUrl } from './checks.ts'

export const url = checked(problemWithUrl).optional()
const origin = z.string().regex(/^(?:\*|https?:\/\/[^/\s]+)$/, 'must look like "https://shop.example.com", or be "*"')
export const corsOrigins = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
  .pipe(z.array(origin))

export const idSecret = z.string().trim().min(32, 'must have at least 32 characters').optional()

export const release = z.string().trim().min(1).max(100, 'must have at most 100 characters').optional()

export const logFormat = z.enum(['json', 'text'], 'must be "json" or "text", or not set').optional()

export const postgresUrl = checked(problemWithPostgresUrl).optional()

/** The jurisdictions of Durable Objects; D1 has the first three. */
export const jurisdiction = z
  .enum(['eu', 'us', 'fedramp', 'fedramp-high'], 'must be "eu", "us", "fedramp" or "fedramp-high", or not set')
  .optional()

/** Accepted in silence, it would promise what a server cannot keep. */
export const noJurisdiction = z
  .undefined('holds on Cloudflare Workers only: a server keeps its data where its database is')
  .optional()

/** Spelt out, so that no habit or leftover sets it. */
export const localDevelopment = z.literal('local-development', 'must be "local-development", or not set').optional()
