import * as z from 'zod'
import { problemWithSecret } from '#adapters/callbacks/signature.ts'
import { CALLBACK_EVENTS } from '#domain/callback/delivery.ts'
import { SETTINGS } from '#domain/tenant/actor.ts'
import { DEFAULT_TENANT, TenantPolicies, type TenantPolicy } from '#domain/tenant/policy.ts'
import { API_KEY_FORMAT, type ApiKey, SCOPES, problemWithScopes } from '#domain/tenant/principal.ts'
import { checked } from './checked.ts'
import { wholeNumber } from './whole-number.ts'

const DAY_MS = 86_400_000

export const tenantName = z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, "_", "." or "-"')
const callbackSecret = checked(problemWithSecret)

const host = z
  .string()
  .regex(/^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/, 'must look like "host" or "host:port", in lower case')

/** What may be said of one tenant, in the environment and in the config. */
export const tenantFields = z.strictObject({
  requestsPerMinute: z.int().min(1).max(1_000_000).optional(),
  maxUnfinishedJobs: z.int().min(1).max(10_000_000).optional(),
  maxBatchItems: z.int().min(1).max(100_000_000).optional(),
  maxConcurrentJobs: z.int().min(1).max(10_000).optional(),
  maxConcurrentRuns: z.int().min(1).max(10_000).optional(),
  maxEventReaders: z.int().min(1).max(1_000_000).optional(),
  agents: z.array(z.string().min(1).max(64)).min(1).optional(),
  retentionDays: z.number().min(0.001).max(3650).optional(),
  searchable: z.boolean().optional(),
  callback: z
    .strictObject({
      url: z.url(),
      events: z
        .array(z.enum(CALLBACK_EVENTS))
        .min(1)
        .default([...CALLBACK_EVENTS]),
    })
    .optional(),
  callbackSecrets: z.array(callbackSecret).min(1).optional(),
})

export type TenantFields = z.infer<typeof tenantFields>

const list = (text: string): readonly string[] => text.split(/[\s,]+/).filter((part) => part !== '')

/**
 * A list of secrets. A blank entry is a missing variable, and is refused: no operator wants to run without the key or
 * the signature.
 */
const secretList = z
  .string()
  .optional()
  .refine(
    (text) => text === undefined || text.split(/[,\n]/).every((part) => part.trim() !== ''),
    'has a blank entry: leave the setting out, or take the comma away',
  )
  .transform((text = '') => list(text))

/** `id:tenant:scope+scope:hash`, as `errand keys create --print` prints it. */
const keyEntry = z
  .string()
  .regex(/^[0-9a-f]{16}:[\w.-]{1,64}:[^:\s]*:[0-9a-f]{64}$/, 'must look like "id:tenant:scope+scope:hash"')
  .superRefine((text, context) => {
    const problem = problemWithScopes(scopesOf(text))
    if (problem !== null) context.addIssue(problem)
  })
  .transform((text): ApiKey => {
    const [id = '', tenantId = '', , hash = ''] = text.split(':')
    const scopes = SCOPES.filter((scope) => scopesOf(text).includes(scope))
    const made = { createdAt: 0, createdBy: SETTINGS, revokedAt: null, revokedBy: null }
    return { format: API_KEY_FORMAT, id, tenantId, scopes, name: 'ERRAND_API_KEYS', hash, ...made }
  })

function scopesOf(entry: string): readonly string[] {
  const [, , scopes = ''] = entry.split(':')
  return scopes === '' ? [] : scopes.split('+')
}

/** What may be set about tenants, for each and for all. */
export const tenantSettings = {
  ERRAND_TENANTS: z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text)
      } catch {
        context.addIssue('must be JSON')
        return z.NEVER
      }
    })
    .pipe(z.record(tenantName, tenantFields))
    .optional(),
  ERRAND_API_KEYS: secretList.pipe(z.array(keyEntry)),
  ERRAND_CALLBACK_SECRETS: secretList.pipe(z.array(callbackSecret)),
  ERRAND_CALLBACK_HOSTS: z.string().default('').transform(list).pipe(z.array(host)),
  ERRAND_REQUESTS_PER_MINUTE: wholeNumber(1, 1_000_000).optional(),
  ERRAND_MAX_UNFINISHED_JOBS: wholeNumber(1, 10_000_000).optional(),
  ERRAND_MAX_BATCH_ITEMS: wholeNumber(1, 100_000_000).optional(),
  ERRAND_MAX_CONCURRENT_JOBS: wholeNumber(1, 10_000).optional(),
  ERRAND_MAX_CONCURRENT_RUNS: wholeNumber(1, 10_000).default(100),
  ERRAND_MAX_EVENT_READERS: wholeNumber(1, 1_000_000).default(2000),
  ERRAND_RETENTION_DAYS: wholeNumber(1, 3650).optional(),
  ERRAND_SEARCH: z.enum(['on', 'off'], 'must be "on" or "off"').default('on'),
}

export type TenantValues = z.infer<z.ZodObject<typeof tenantSettings>>

const COMMON: Omit<TenantPolicy, 'maxConcurrentRuns' | 'maxEventReaders'> = {
  requestsPerMinute: 600_000,
  maxUnfinishedJobs: 200_000,
  maxBatchItems: 1_000_000,
  maxConcurrentJobs: null,
  agents: null,
  retainMs: 30 * DAY_MS,
  searchable: true,
  callback: null,
  callbackSecrets: [],
}

export function tenantPolicies(values: TenantValues): TenantPolicies {
  const { ERRAND_REQUESTS_PER_MINUTE: rate, ERRAND_MAX_UNFINISHED_JOBS: most, ERRAND_RETENTION_DAYS: days } = values
  const { ERRAND_MAX_CONCURRENT_JOBS: atOnce, ERRAND_MAX_BATCH_ITEMS: lines } = values
  const common = {
    ...COMMON,
    maxConcurrentRuns: values.ERRAND_MAX_CONCURRENT_RUNS,
    maxEventReaders: values.ERRAND_MAX_EVENT_READERS,
    ...(rate !== undefined && { requestsPerMinute: rate }),
    ...(most !== undefined && { maxUnfinishedJobs: most }),
    ...(lines !== undefined && { maxBatchItems: lines }),
    ...(atOnce !== undefined && { maxConcurrentJobs: atOnce }),
    searchable: values.ERRAND_SEARCH === 'on',
    ...(days !== undefined && { retainMs: days * DAY_MS }),
  }
  const own = new Map(Object.entries(values.ERRAND_TENANTS ?? {}).map(([name, fields]) => [name, policyOf(fields)]))
  // Tenants must not share signing secrets, so the common setting is for the default tenant only.
  const secrets = values.ERRAND_CALLBACK_SECRETS
  if (secrets.length > 0) own.set(DEFAULT_TENANT, { callbackSecrets: secrets, ...own.get(DEFAULT_TENANT) })
  return new TenantPolicies(common, own)
}

/** Every secret in these settings, for the log to leave out. */
export function tenantSecrets({
  ERRAND_TENANTS: tenants = {},
  ERRAND_CALLBACK_SECRETS: common,
}: TenantValues): readonly string[] {
  return [...common, ...Object.values(tenants).flatMap(({ callbackSecrets }) => callbackSecrets ?? [])]
}

export function policyOf({ retentionDays, ...same }: TenantFields): Partial<TenantPolicy> {
  const said = Object.entries(same).filter(([, value]) => value !== undefined)
  return {
    ...(Object.fromEntries(said) as Partial<TenantPolicy>),
    ...(retentionDays !== undefined && { retainMs: Math.round(retentionDays * DAY_MS) }),
  }
}
