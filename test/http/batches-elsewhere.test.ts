import { expect, test } from 'vitest'
import { batchResource } from '#adapters/http/resources/batches/resource.ts'
import { BATCH_ROUTES } from '#adapters/http/resources/batches/routes.ts'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

test.each(Object.keys(BATCH_ROUTES))('%s says that this runtime has no batches', async (name) => {
  const { http } = testApp([], new ListedModel(), {
    resources: (standard) => standard.map((one) => (one.path === '/batches' ? batchResource({ batches: null }) : one)),
  })
  const [method = '', path = ''] = name.replace('{id}', 'bat_01KASH2V8ZQ5D3N6W7X8Y9Z0AB').split(' ')
  const response = await http.request(path === '/' ? '/batches' : `/batches${path}`, { method })
  expect([response.status, await response.json()]).toMatchObject([501, { code: 'not_available', retryable: false }])
})
