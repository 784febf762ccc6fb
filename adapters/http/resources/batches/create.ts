import type { BatchState, Batches, CreateBatchCommand } from '#application/batch/batches.ts'
import type { UploadItems, UploadedLine } from '#application/batch/upload-items.ts'
import { BatchClosedError, UploadConflictError } from '#domain/batch/errors.ts'
import { jsonBytes } from '#domain/json/json.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { BatchBody, BatchLine } from '../../wire/batches.ts'
import { itemIn } from './upload.ts'

export interface CreateDeps {
  readonly batches: Pick<Batches, 'create' | 'get' | 'close' | 'cancel'>
  readonly uploadItems: Pick<UploadItems, 'execute'>
}

export interface CreateRequest {
  readonly tenantId: string
  readonly by: Actor
  readonly body: BatchBody
  readonly idempotencyKey: string | null
}

/**
 * With items, they are added and the batch is closed. A repeat under the same key goes on where the first broke off, or
 * is. Without a key nothing can go on with it, so what was made of a refused request is canceled.
 */
export async function createBatch(
  deps: CreateDeps,
  { body, ...caller }: CreateRequest,
): Promise<BatchState & { readonly created: boolean }> {
  const { created, ...made } = await deps.batches.create(commandOf(body, caller))
  if (!body.items) return { ...made, created }
  try {
    return { ...(await filled(deps, made, { items: body.items, by: caller.by })), created }
  } catch (error) {
    const { id: batchId, tenantId } = made.batch
    if (caller.idempotencyKey === null) await deps.batches.cancel({ tenantId, batchId, by: caller.by })
    throw error
  }
}

/** The batch, closed and with these items. Those that another request with the same key has added are passed over. */
async function filled(
  deps: CreateDeps,
  { batch, totals }: BatchState,
  wanted: { readonly items: NonNullable<BatchBody['items']>; readonly by: Actor },
): Promise<BatchState> {
  const { batches, uploadItems } = deps
  const { items, by } = wanted
  const { id: batchId, tenantId } = batch
  const from = totals.next
  if (totals.isClosed) return { batch, totals }
  if (from >= items.length) return batches.close({ tenantId, batchId, by })
  try {
    await uploadItems.execute({ tenantId, batchId, from, lines: linesIn(items.slice(from)) })
  } catch (error) {
    if (!(error instanceof UploadConflictError) && !(error instanceof BatchClosedError)) throw error
  }
  return filled(deps, await batches.get({ tenantId, batchId }), wanted)
}

function commandOf(body: BatchBody, caller: Omit<CreateRequest, 'body'>): CreateBatchCommand {
  return { ...caller, agent: body.agent, options: optionsOf(body), items: body.items?.map(itemIn) ?? null }
}

function optionsOf({ writes, retentionSeconds, ...body }: BatchBody): CreateBatchCommand['options'] {
  const { name, itemKey, maxConcurrency, stopOnFailures, skipUnchanged, tags, metadata, callback } = body
  return {
    name: name ?? null,
    itemKey: itemKey ?? null,
    maxConcurrency,
    stopOnFailures: stopOnFailures ?? null,
    skipUnchanged,
    ...(writes && { writes }),
    tags: [...new Set(tags)],
    metadata: metadata ?? {},
    retainMs: retentionSeconds === undefined ? null : retentionSeconds * 1000,
    callbackUrl: callback?.url ?? null,
  }
}

async function* linesIn(items: readonly ReturnType<typeof BatchLine.parse>[]): AsyncGenerator<UploadedLine> {
  for (const item of items) yield await Promise.resolve({ item: itemIn(item), bytes: jsonBytes(item) })
}
