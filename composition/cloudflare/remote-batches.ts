import { D1BatchIndex } from '#adapters/cloudflare/batch-index.ts'
import { RemoteBatchItems, RemoteBatches } from '#adapters/cloudflare/batch-intake.ts'
import type { BatchNamespace } from '#adapters/cloudflare/batch-stub.ts'
import { ContentIndex } from '#adapters/cloudflare/content-index.ts'
import type { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { RecordIndex } from '#adapters/cloudflare/record-index.ts'
import { BATCH } from '#domain/batch/batch.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/** The binding of their objects. */
export interface BatchObjects {
  readonly BATCH: BatchNamespace
}

/** The Worker's way to batches and their items: each batch is in an object of its own. */
export function addRemoteBatches(container: DependencyContainer, { BATCH: objects }: BatchObjects, db: D1SqlDatabase) {
  const deps = { objects, index: new RecordIndex(db, BATCH.name), contents: new ContentIndex(db) }
  const items = new RemoteBatchItems(deps)
  container.registerInstance(t.BOUNDS_WINDOWS, true)
  container.registerInstance(t.BATCH_INTAKE, new RemoteBatches(deps))
  container.registerInstance(t.BATCH_ITEM_INTAKE, items)
  container.registerInstance(t.BATCH_RESULTS, items)
  container.registerInstance(t.BATCH_INDEX, new D1BatchIndex(db))
  // Its object does that itself, whenever it gets lines.
  container.registerInstance(t.MOVE_ON, () => undefined)
}
