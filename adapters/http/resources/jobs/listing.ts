import { Hono } from 'hono'
import type { CountJobs } from '#application/job/count-jobs.ts'
import type { ReadActivity } from '#application/job/read-activity.ts'
import type { ListJobs } from '#application/job/list-jobs.ts'
import { type AppEnv, tenantOf } from '../../context.ts'
import { nextPage } from '../../next-page.ts'
import { readQuery } from '../../read-query.ts'
import { ActivityQuery } from '../../wire/activity.ts'
import { activityView, askedActivity } from '../../wire/activity-views.ts'
import { CountQuery, ListQuery } from '../../wire/listing.ts'
import { countsView, cursorOf, filterOfQuery, pageView } from '../../wire/listing-views.ts'

export interface ListingDeps {
  readonly listJobs: ListJobs
  readonly countJobs: Pick<CountJobs, 'execute'>
  readonly readActivity: Pick<ReadActivity, 'execute'>
}

export function listing({ listJobs, countJobs, readActivity }: ListingDeps): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get('/', async (c) => {
      const { page_size: size, page_token: token, order, ...query } = readQuery(c, ListQuery)
      const filter = filterOfQuery(query)
      const asked = { tenantId: tenantOf(c), filter, size, order, after: cursorOf(token) }
      const page = pageView(await listJobs.execute(asked), filter)
      if (page.next_page_token !== undefined)
        c.header('link', `<${nextPage(c.req.url, page.next_page_token)}>; rel="next"`)
      return c.json(page)
    })
    .get('/activity', async (c) =>
      c.json(
        activityView(
          await readActivity.execute({ tenantId: tenantOf(c), ...askedActivity(readQuery(c, ActivityQuery)) }),
        ),
      ),
    )
    .get('/counts', async (c) => {
      const filter = filterOfQuery(readQuery(c, CountQuery))
      return c.json(countsView(await countJobs.execute(tenantOf(c), filter)))
    })
}
