import type { Batch } from '#domain/batch/batch.ts'
import { T0, TILL } from './fixtures.ts'

export const BATCH_ID = 'bat_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'

export function batchOf(fields: Partial<Batch> = {}): Batch {
  return {
    id: BATCH_ID,
    tenantId: 'acme',
    agent: 'writer',
    name: null,
    itemKey: null,
    maxConcurrency: 20,
    stopOnFailures: null,
    skipUnchanged: true,
    tags: [],
    metadata: {},
    retainMs: 86_400_000,
    callbackUrl: null,
    closed: null,
    paused: null,
    canceled: null,
    stoppedAt: null,
    round: 0,
    isRetrying: false,
    finishedAt: null,
    checkedTo: 0,
    samples: [],
    deliveries: [],
    wakeAt: T0,
    createdAt: T0,
    createdBy: TILL,
    fingerprint: null,
    updatedAt: T0,
    version: 1,
    ...fields,
  }
}
