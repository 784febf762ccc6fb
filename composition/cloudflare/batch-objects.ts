import type { AlarmsInPlace } from '#adapters/cloudflare/alarms-in-place.ts'
import type { BatchApp, BatchWorld } from '#adapters/cloudflare/batch-keeper.ts'
import { createBatchObject } from '#adapters/cloudflare/batch-object.ts'
import { ContentIndex } from '#adapters/cloudflare/content-index.ts'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { InTurns } from '#adapters/cloudflare/in-turns.ts'
import { jobHome } from '#adapters/cloudflare/job-home.ts'
import { DurableObjectJobIntake } from '#adapters/cloudflare/job-intake.ts'
import { RecordIndex } from '#adapters/cloudflare/record-index.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { MoveBatchOn } from '#application/batch/move-batch-on.ts'
import { ReadItems } from '#application/batch/read-items.ts'
import { RunBatch } from '#application/batch/run-batch.ts'
import { BATCH } from '#domain/batch/batch.ts'
import * as t from '../tokens.ts'
import type { Env } from './app.ts'
import type { Composition } from './handler.ts'
import { CONNECTIONS_AT_ONCE, RELEASE_PACE } from './limits.ts'
import { objectsOf } from './objects.ts'

/** The class of the objects that hold one batch each, with its items. */
export function batchClass(shared: Composition, alarms: AlarmsInPlace<Env>) {
  return createBatchObject<Env>({
    compose: (env, world) => batchApp(shared, env, world),
    contents: (env) => new ContentIndex(new D1SqlDatabase(env.JOB_INDEX)),
    index: (env) => new RecordIndex(new D1SqlDatabase(env.JOB_INDEX), BATCH.name),
    objects: (env) => objectsOf(env).BATCH,
    logger: (env) => shared(env).resolve(t.LOGGER),
    clock: new SystemClock(),
    alarms,
  })
}

function batchApp(shared: Composition, env: Env, { batches, items }: BatchWorld): BatchApp {
  const container = shared(env).createChildContainer()
  const turns = new InTurns(CONNECTIONS_AT_ONCE)
  const jobs = new DurableObjectJobIntake(objectsOf(env).AGENT_JOB)
  const { cancelJob } = jobHome(objectsOf(env).AGENT_JOB)
  container.registerInstance(t.BATCHES, batches)
  container.registerInstance(t.BATCH_INTAKE, batches)
  container.registerInstance(t.BATCH_ITEMS, items)
  container.registerInstance(t.BATCH_ITEM_INTAKE, items)
  // An instance of the object ends whenever it is idle, and its jobs go on: so a new one knows nothing of those before.
  container.register(t.ALONE_SINCE, { useFactory: () => null })
  container.registerInstance(t.RELEASE_PACE, RELEASE_PACE)
  container.registerInstance(t.CANCEL_JOB, { execute: (command) => turns.do(() => cancelJob.execute(command)) })
  container.registerInstance(t.JOB_INTAKE, {
    create: (job, event) => turns.do(() => jobs.create(job, event)),
    get: (tenantId, jobId) => turns.do(() => jobs.get(tenantId, jobId)),
  })
  return {
    runBatch: container.resolve(RunBatch),
    moveBatchOn: container.resolve(MoveBatchOn),
    readItems: container.resolve(ReadItems),
  }
}
