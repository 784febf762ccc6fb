import { afterEach, beforeEach, test } from 'vitest'
import { Servers } from '#test/e2e/runtimes.ts'
import { eachHasOneJob } from '#test/e2e/webhook-kill.ts'
import { deliverAll, shopMessages } from '#test/support/shop-storm.ts'
import { emptyDatabase } from './scene.ts'

const ORDERS = 150

let servers: Servers
let url: string

beforeEach(async () => {
  servers = new Servers()
  url = await emptyDatabase()
})

afterEach(() => servers.end())

const start = () =>
  servers.start({
    command: [process.execPath, 'test/e2e/storm-server.ts'],
    env: { ERRAND_PORT: '0', ERRAND_DATABASE_URL: url },
    ready: /listens on (\S+)/,
  })

test('of two servers in a storm of webhooks one is killed: each event leads to one job', async () => {
  const [first, second] = await Promise.all([start(), start()])
  let turn = 0
  const killed: Promise<unknown>[] = []
  await deliverAll(await shopMessages(ORDERS), {
    connections: 50,
    url: () => (killed.length === 0 && turn++ % 2 === 0 ? first.url : second.url),
    onAnswer: (count) => {
      if (count === ORDERS / 2) killed.push(first.kill('SIGKILL'))
    },
  })
  await Promise.all(killed)
  await eachHasOneJob(second.url, ORDERS)
})
