import * as z from 'zod'

export const url = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .refine((text) => !/^\w+:\/\/[^/]*@/.test(text), 'must not hold a password')
  .optional()
const origin = z.string().regex(/^(?:\*|https?:\/\/[^/\s]+)$/, 'must look like "https://shop.example.com", or be "*"')
export const corsOrigins = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
  .pipe(z.array(origin))

export const idSecret = z.string().trim().min(32, 'must have at least 32 characters').optional()

export const release = z.string().trim().min(1).max(100, 'must have at most 100 characters').optional()

/** Whether each part of an URL stands for something, once it is decoded. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

export const postgresUrl = z
  .url({ protocol: /^postgres(?:ql)?$/, error: 'must look like "postgres://user:password@host:5432/database"' })
  .refine(isDecodable, 'has a "%" that stands for nothing: write it as "%25"')
  .optional()

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
