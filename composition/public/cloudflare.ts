// `errand/cloudflare`: a Worker and the classes of its Durable Objects.
export { askObject } from '#adapters/cloudflare/outage.ts'
export { openObjectDatabase } from '#adapters/cloudflare/own-object.ts'
export { createWorker } from '../cloudflare/worker.ts'
export type { ErrandWorker, ObjectClass, WorkerOptions } from '../cloudflare/worker.ts'
export type { Env } from '../cloudflare/app.ts'
