import { createWorker } from 'errand/cloudflare'
import config, { SHARED_TABLES } from './errand.config.ts'
import { RemoteProductCatalog, type ShopBindings } from './shop-object.ts'

// The drafts are in an object of the shop's own, so D1 needs no table for them.
const worker = createWorker(
  { ...config, tables: SHARED_TABLES },
  { ports: (env: ShopBindings) => ({ catalog: new RemoteProductCatalog(() => env.SAMPLE_SHOP.getByName('sample')) }) },
)

export const { AgentJob, BulkOperation, Schedule, ScheduleLimit, WebhookLog, Batch } = worker
export { SampleShop } from './shop-object.ts'
export default worker.handler
