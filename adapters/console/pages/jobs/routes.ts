import { type ConsoleRoute, get, post } from '../../route.ts'
import { bulkPage, startBulk } from './bulk.ts'
import { jobsPage } from './list.ts'
import { operationPage } from './operation.ts'

export const JOBS: readonly ConsoleRoute[] = [
  get('/jobs', jobsPage),
  get('/jobs/bulk', bulkPage),
  post('/jobs/bulk', startBulk),
  get('/jobs/find', ({ query }) => {
    const id = query.get('id')?.trim() ?? ''
    return Promise.resolve({ to: `/jobs/${encodeURIComponent(id)}` })
  }),
  get('/operations/:id', operationPage),
]
