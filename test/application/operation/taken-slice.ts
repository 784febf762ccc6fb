import type { Operation } from '#domain/operation/operation.ts'
import { TILL, T0 } from '#test/support/fixtures.ts'

/** An operation whose last slice is taken and not yet done. */
export function takenSlice(fields: Pick<Operation, 'action' | 'slice'> & Partial<Operation>): Operation {
  return {
    id: 'op_1',
    tenantId: 'acme',
    resolve: null,
    filter: {},
    status: 'running',
    total: fields.slice.length,
    done: 0,
    skipped: 0,
    cursor: null,
    last: true,
    createdAt: T0,
    createdBy: TILL,
    updatedAt: T0,
    finishedAt: null,
    version: 2,
    fingerprint: null,
    ...fields,
  }
}
