import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { NoticeSeal } from '#adapters/postgres/notice-seal.ts'
import { type Notice, Notices } from '#adapters/postgres/notices.ts'
import { onDatabase } from '#test/support/postgres-server.ts'
import { eventually } from '#test/support/eventually.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { type Scene, emptyDatabase, openScene } from './scene.ts'

const TEXT = { about: 'news', jobId: 'job_1', news: { kind: 'text', text: 'Linneförklädet är slut.' } } as const
const STOP = { about: 'stop', jobId: 'job_1' } as const
const LAST = { about: 'due', kinds: ['run'] } as const

let scene: Scene
/** A role of the same server that may connect, and owns nothing. */
let stranger: pg.Client
const open: Notices[] = []

beforeEach(async () => {
  scene = await openScene(await emptyDatabase())
  const url = new URL(scene.url)
  url.username = `stranger_${url.pathname.slice(1)}`
  url.password = 'hunter2'
  await onDatabase(scene.url, (client) => client.query(`CREATE ROLE ${url.username} LOGIN PASSWORD 'hunter2'`))
  stranger = new pg.Client({ connectionString: url.href })
  await stranger.connect()
})
afterEach(async () => {
  for (const notices of open.splice(0)) notices.close()
  await stranger.end()
  await scene.close()
})

/** One process, what it has heard, and the moment when it has heard `LAST`. */
async function listen(name: string) {
  const heard: Notice[] = []
  const last = Promise.withResolvers<undefined>()
  const onNotice = (notice: Notice): void => {
    if (notice.about === 'due') last.resolve(undefined)
    else heard.push(notice)
  }
  const { pool, clock } = scene
  const notices = new Notices({ pool, clock, logger: silentLogger, name, onNotice })
  open.push(notices)
  await notices.start()
  return { notices, heard, last: last.promise }
}

function say(payload: string): Promise<unknown> {
  return stranger.query('SELECT pg_notify($1, $2)', ['errand_notices', payload])
}

test('servers hear each other in order, and a stranger who listens can read none of it', async () => {
  const [one, two] = [await listen('one'), await listen('two')]
  const overheard: string[] = []
  stranger.on('notification', ({ payload = '' }) => overheard.push(payload))
  await stranger.query('LISTEN errand_notices')
  const words = Array.from(
    { length: 50 },
    (_, n) => ({ ...TEXT, news: { kind: 'text', text: `word ${String(n)}` } }) as const,
  )
  for (const notice of [TEXT, ...words, STOP, LAST]) one.notices.tell(notice)
  await two.last
  expect(two.heard).toEqual([TEXT, ...words, STOP])
  expect(one.heard).toEqual([])
  await eventually(() => {
    expect(overheard).toHaveLength(53)
  })
  for (const payload of overheard) expect(payload).not.toMatch(/job_1|word|news|stop|text/)
  await expect(stranger.query('SELECT * FROM errand.notice_secret')).rejects.toThrow('permission denied')
})

test('what a stranger says is not heard: neither in the open, nor recorded and said again, nor changed', async () => {
  const [one, two] = [await listen('one'), await listen('two')]
  const overheard: string[] = []
  const recorded = Promise.withResolvers<undefined>()
  stranger.on('notification', ({ payload = '' }) => {
    if (overheard.push(payload) === 2) recorded.resolve(undefined)
  })
  await stranger.query('LISTEN errand_notices')
  one.notices.tell(TEXT)
  one.notices.tell(STOP)
  await recorded.promise
  const [text = '', stop = ''] = overheard
  const [name = '', number = '', sealed = ''] = stop.split('.')
  const later = String(Number(number) + 10)
  for (const payload of [
    '',
    '.',
    'null',
    JSON.stringify(STOP),
    JSON.stringify({ from: 'three', notice: STOP }),
    text,
    stop,
    `${name}.${later}.${sealed}`,
    `three.${later}.${sealed}`,
    `${name}.${later}.!`,
    `${name}.${later}`,
  ])
    await say(payload)
  // Before the clock goes on: what a server hears first must not be old.
  await eventually(() => {
    expect(two.heard).toEqual([TEXT, STOP])
  })
  // A third that has never heard of the first is not told old things either, for it began later.
  await scene.clock.advance(3_600_000)
  const three = await listen('three')
  await say(text)
  one.notices.tell(LAST)
  await Promise.all([two.last, three.last])
  expect([two.heard, three.heard]).toEqual([[TEXT, STOP], []])
})

test('a clock that is set back or forward does not deafen servers that know each other', async () => {
  const clock = new ManualClock(10_000_000)
  let now = clock.now()
  const stepped = { now: () => now }
  const secret = new Uint8Array(32).fill(7)
  const one = new NoticeSeal({ secret, name: 'one', clock: stepped })
  const two = new NoticeSeal({ secret, name: 'two', clock: stepped })
  const heard: (string | null)[] = []
  for (const step of [0, -3_600_000, 7_200_000, 1]) {
    now += step
    heard.push(await two.open(await one.seal(String(step))))
  }
  expect(heard).toEqual(['0', '-3600000', '7200000', '1'])
})
