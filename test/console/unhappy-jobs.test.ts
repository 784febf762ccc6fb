import { describe, expect, test } from 'vitest'
import { unhappyJob, unhappyJobs } from './unhappy-jobs.ts'

describe.each(Object.entries(unhappyJobs()))('%s', (name, { says, listed }) => {
  test('is said with what to do before all else on the page of the job, and in the list', async () => {
    const { scene, page } = await unhappyJob(name)
    const visitor = scene.browser()
    const { html } = await visitor.get(page)
    const [head = ''] = html.slice(html.indexOf('<main')).split(/<div class="tiles">|<h2>About<\/h2>/)
    for (const words of says) expect(head).toContain(words)
    if (listed !== undefined) expect((await visitor.get('/console/jobs')).html).toContain(listed)
  })
})
