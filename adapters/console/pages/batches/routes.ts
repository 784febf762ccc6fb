import type { Batch } from '#adapters/client/types.ts'
import { type ConsoleRoute, get, post } from '../../route.ts'
import type { Visit } from '../../visit.ts'
import { isFromInbox } from '../job/answer.ts'
import { showBatch } from './batch.ts'
import { showBatches } from './list.ts'
import { downloadLines, downloadTable } from './results.ts'

export const BATCHES: readonly ConsoleRoute[] = [
  get('/batches', showBatches),
  get('/batches/:id', showBatch),
  get('/batches/:id/results.ndjson', downloadLines),
  get('/batches/:id/results.csv', downloadTable),
  act('close', (visit, id) => visit.api.batches.close(id), 'The batch takes no more items.'),
  act('pause', (visit, id) => visit.api.batches.pause(id), 'Paused: no more items become jobs. Jobs that run go on.'),
  act('resume', (visit, id) => visit.api.batches.resume(id), 'The batch goes on.'),
  act('cancel', (visit, id) => visit.api.batches.cancel(id), 'The batch is being canceled.'),
  act('retry-failed', (visit, id) => visit.api.batches.retryFailed(id), 'Failed items become new jobs.'),
  post('/batches/:id/deliveries/:delivery/redeliver', async (visit) => {
    const batchId = visit.param('id')
    await visit.api.batches.redeliver({ batchId, id: visit.param('delivery') })
    return { to: isFromInbox(visit) ? '/inbox' : `/batches/${batchId}`, notice: 'The message is sent again.' }
  }),
]

function act(action: string, carryOut: (visit: Visit, id: string) => Promise<Batch>, notice: string): ConsoleRoute {
  return post(`/batches/:id/${action}`, async (visit) => {
    const { id } = await carryOut(visit, visit.param('id'))
    return { to: `/batches/${id}`, notice }
  })
}
