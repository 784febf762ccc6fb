import type { JobStatus } from '#domain/job/job.ts'

/** How many jobs a tenant had in each status. */
export interface KeptCount {
  readonly counts: Readonly<Record<JobStatus, number>>
  /** Epoch ms. */
  readonly countedAt: number
}

/** The last count of all jobs of a tenant, for a process that has not counted them yet. */
export interface KeptCounts {
  /** `null` where none is kept. */
  read(tenantId: string): Promise<KeptCount | null>

  /** An older count does not replace a newer one. */
  keep(tenantId: string, count: KeptCount): Promise<void>
}
