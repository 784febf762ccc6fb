import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterAll, expect, test } from 'vitest'
import type { JobStub } from '#adapters/cloudflare/job-stub.ts'
import { submitted } from '#test/support/fixtures.ts'

afterAll(() => reset())

/** Far enough for no alarm to fire by itself. */
const FUTURE = Date.now() + 600_000
const MINUTE_MS = 60_000

/** A job whose journal holds an event of a newer release, or says that it has a newer format. */
async function newer(jobId: string, sql: string) {
  const stub = env.AGENT_JOB.getByName(jobId)
  const { event } = submitted({ agent: 'draft-writer', tenantId: 'default', jobId, at: FUTURE })
  await (stub as unknown as JobStub).create(event)
  await runInDurableObject(stub, (_instance, { storage }) => {
    storage.sql.exec(sql)
  })
  await evictDurableObject(stub)
  return stub
}

test.each([
  [
    'an event that it does not know',
    'job_01M83QK8XSJ513P1WPKNW38GE1',
    `INSERT INTO journal (seq, events) VALUES (2, '[{"type":"job.paused","at":${String(Date.now() - 2 * MINUTE_MS)}}]')`,
  ],
  [
    'a newer format',
    'job_01M83QK8XSJ513P1WPKNW38GE2',
    `UPDATE journal SET events = json_set(events, '$[0].format', 2, '$[0].at', ${String(Date.now() - 2 * MINUTE_MS)})`,
  ],
])(
  'a job with %s is left to a newer release: requests get 503, and its alarm comes ever later',
  async (_what, jobId, sql) => {
    const stub = await newer(jobId, sql)
    for (const path of [`/jobs/${jobId}`, `/jobs/${jobId}?wait=1`, `/jobs/${jobId}/events`]) {
      const response = await exports.default.fetch(`http://localhost${path}`)
      expect([path, response.status]).toEqual([path, 503])
      expect(await response.json()).toMatchObject({ code: 'newer_format', retryable: true })
      expect(response.headers.get('retry-after')).toBe('5')
    }
    const page = await exports.default.fetch(`http://localhost/console/jobs/${jobId}`)
    expect(page.status).toBe(503)
    const html = await page.text()
    for (const said of ['written by a newer release', 'Finish the deploy', '/errors/newer_format'])
      expect(html).toContain(said)
    const cancel = await exports.default.fetch(`http://localhost/jobs/${jobId}/cancel`, { method: 'POST' })
    expect(cancel.status).toBe(503)
    const alarm = () => runInDurableObject(stub, (_instance, { storage }) => storage.getAlarm())
    await runDurableObjectAlarm(stub)
    const waited = ((await alarm()) ?? 0) - Date.now()
    expect(waited).toBeGreaterThan(MINUTE_MS)
    expect(waited).toBeLessThanOrEqual(10 * MINUTE_MS)
    // The sweep has nothing to mend, and leaves the alarm where it is.
    expect(await (stub as unknown as JobStub).lookAfter()).toBe(true)
    expect(((await alarm()) ?? 0) - Date.now()).toBeGreaterThan(MINUTE_MS)
  },
)
