import type { BatchState, Batches, CreateBatchCommand } from '#application/batch/batches.ts'
import type { UploadItems, UploadedLine } from '#application/batch/upload-items.ts'
import { jsonBytes } from '#domain/json/json.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { BatchBody, BatchLine } from '../../wire/batches.ts'
import { itemIn } from './upload.ts'

export interface CreateDeps {
  readonly batches: Pick<Batches, 'create' | 'close'>
  readonly uploadItems: Pick<UploadItems, 'execute'>
}

export interface CreateRequest {
  readonly tenantId: string
  readonly by: Actor
  readonly body: BatchBody
  readonly idempotencyKey: string | null
}

/** With items, they are added and the batch is closed. A repeat under the same key goes on where the first broke off. */
export async function createBatch(
  { batches, uploadItems }: CreateDeps,
  { body, ...caller }: CreateRequest,
): Promise<BatchState & { readonly created: boolean }> {
  const made = await batches.create(commandOf(body, caller))
  const { batch, totals, created } = made
  if (!body.items || totals.isClosed) return made
  const { id: batchId, tenantId } = batch
  const from = totals.next
  if (from < body.items.length) {
    await uploadItems.execute({ tenantId, batchId, from, lines: linesIn(body.items.slice(from)) })
  }
  return { ...(await batches.close({ tenantId, batchId, by: caller.by })), created }
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
