import { test } from 'vitest'
import { expectOwnMetrics } from '#test/support/own-metrics.ts'

test('on SQLite, a tenant that scrapes has its own numbers alone', () => expectOwnMetrics({}))
