import type { ConsoleRoute } from '../route.ts'
import { AGENTS } from './agents/routes.ts'
import { BATCHES } from './batches/routes.ts'
import { JOB } from './job/routes.ts'
import { JOBS } from './jobs/routes.ts'
import { INBOX } from './inbox/routes.ts'
import { KEYS } from './keys.ts'
import { OVERVIEW } from './overview/routes.ts'
import { PROPOSALS } from './proposals/routes.ts'
import { SCHEDULES } from './schedules/routes.ts'
import { WEBHOOKS } from './webhooks.ts'

/** Every page and form. To add one, add its routes here; the navigation is in `layout.ts`. */
export const PAGES: readonly ConsoleRoute[] = [
  ...OVERVIEW,
  ...JOBS,
  ...JOB,
  ...INBOX,
  ...BATCHES,
  ...PROPOSALS,
  ...SCHEDULES,
  ...WEBHOOKS,
  ...AGENTS,
  ...KEYS,
]
