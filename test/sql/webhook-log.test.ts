import { expect, test } from 'vitest'
import { SqlWebhookLog } from '#adapters/sql/webhook-log.ts'
import type { EventCursor } from '#ports/webhook-log.ts'
import { T0 } from '#test/support/fixtures.ts'
import { testDatabase } from '#test/support/test-database.ts'
import { webhookEntry } from '#test/support/webhooks.ts'

test('what fits a filter is found behind any number of events that do not', async () => {
  const { db, ready } = testDatabase()
  await ready
  const log = new SqlWebhookLog(db)
  // One page reads a thousand rows: the first that it does not read is the one that is wanted.
  for (let n = 0; n <= 1000; n++) {
    const outcome = n === 0 ? 'filtered' : 'done'
    await log.add(webhookEntry({ id: `evt_${String(n)}`, receivedAt: T0 + n, outcome }), null)
  }
  const found: string[] = []
  let after: EventCursor | null = null
  do {
    const page = await log.list({ tenantId: 'acme', source: 'shop' }, { outcome: 'filtered', size: 10, after })
    found.push(...page.events.map(({ id }) => id))
    after = page.next
  } while (after !== null)
  expect(found).toEqual(['evt_0'])
})
