import { NO_OPTIONS } from '#domain/job/options.ts'
import { TenantPolicies, type TenantPolicy } from '#domain/tenant/policy.ts'

/** Limits that no test reaches by chance. */
export const ROOMY: TenantPolicy = {
  requestsPerMinute: 1_000_000,
  maxConcurrentJobs: null,
  maxUnfinishedJobs: 1_000_000,
  maxBatchItems: 1_000_000,
  maxConcurrentRuns: 1_000,
  maxEventReaders: 1_000,
  agents: null,
  retainMs: NO_OPTIONS.retainMs,
  searchable: true,
  callback: null,
  callbackSecrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
}

export const ANY_TENANT = new TenantPolicies(ROOMY)
