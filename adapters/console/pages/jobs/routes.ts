import { type ConsoleRoute, get, post } from '../../route.ts'
import { bulkPage, startBulk } from './bulk.ts'
import { searchOf } from './filter.ts'
import { jobsPage } from './list.ts'
import { operationPage } from './operation.ts'

export const JOBS: readonly ConsoleRoute[] = [
  get('/jobs', jobsPage),
  get('/jobs/bulk', bulkPage),
  post('/jobs/bulk', startBulk),
  get('/jobs/find', ({ query }) => {
    const text = query.get('id')?.trim() ?? ''
    const isId = /^job_\w+$/.test(text)
    return Promise.resolve({ to: isId ? `/jobs/${text}` : `/jobs${searchOf(text === '' ? {} : { q: text })}` })
  }),
  get('/operations/:id', operationPage),
]
