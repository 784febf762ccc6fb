import type { ConsoleRoute } from '../route.ts'
import { BATCHES } from './batches/routes.ts'
import { KEYS } from './keys.ts'
import { OVERVIEW } from './overview.ts'
import { SCHEDULES } from './schedules/routes.ts'
import { WEBHOOKS } from './webhooks.ts'

/** Every page and form. To add one, add its routes here; the navigation is in `layout.ts`. */
export const PAGES: readonly ConsoleRoute[] = [...OVERVIEW, ...BATCHES, ...SCHEDULES, ...WEBHOOKS, ...KEYS]
