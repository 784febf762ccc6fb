import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import type { JobFeed } from '#ports/job-feed.ts'
import type { ContractCase } from './contract.ts'

const COMMITTED = { kind: 'committed' } as const
const says = (text: string) => ({ kind: 'text', text }) as const

export const jobFeedContract: readonly ContractCase<JobFeed>[] = [
  {
    name: 'readers hear of their job what comes after they subscribed, in order',
    async run(feed) {
      feed.publish('job_1', says('too early'))
      const one = feed.subscribe('job_1')
      const two = feed.subscribe('job_1')
      feed.publish('job_2', COMMITTED)
      feed.publish('job_1', says('Hej'))
      feed.publish('job_1', COMMITTED)
      deepStrictEqual(await one.next(), [says('Hej'), COMMITTED])
      deepStrictEqual(await two.next(), [says('Hej'), COMMITTED])
    },
  },
  {
    name: 'isWatched() says whether there is a reader of this job who wants its text',
    async run(feed) {
      strictEqual(feed.isWatched('job_1'), false)
      feed.subscribe('job_1', 'commits')
      strictEqual(feed.isWatched('job_1'), false)
      const one = feed.subscribe('job_1')
      const two = feed.subscribe('job_1')
      strictEqual(feed.isWatched('job_1'), true)
      strictEqual(feed.isWatched('job_2'), false)
      one.close()
      strictEqual(feed.isWatched('job_1'), true)
      two.close()
      strictEqual(feed.isWatched('job_1'), false)
      return Promise.resolve()
    },
  },
  {
    name: 'who wants to hear of commits alone hears of nothing else',
    async run(feed) {
      const reader = feed.subscribe('job_1', 'commits')
      feed.publish('job_1', says('Hej'))
      feed.publish('job_1', COMMITTED)
      deepStrictEqual(await reader.next(), [COMMITTED])
    },
  },
  {
    name: 'a reader that waits is told at once',
    async run(feed) {
      const reader = feed.subscribe('job_1')
      const next = reader.next()
      feed.publish('job_1', COMMITTED)
      deepStrictEqual(await next, [COMMITTED])
    },
  },
  {
    name: 'a closed reader hears nothing, also when it was waiting',
    async run(feed) {
      const reader = feed.subscribe('job_1')
      const next = reader.next()
      reader.close()
      deepStrictEqual(await next, [])
      feed.publish('job_1', COMMITTED)
      deepStrictEqual(await reader.next(), [])
    },
  },
  {
    name: 'a reader that is closed twice takes nobody else with it',
    async run(feed) {
      const one = feed.subscribe('job_1')
      one.close()
      const two = feed.subscribe('job_1')
      one.close()
      feed.publish('job_1', COMMITTED)
      deepStrictEqual(await two.next(), [COMMITTED])
    },
  },
  {
    name: 'what has been read makes room for more',
    async run(feed) {
      const reader = feed.subscribe('job_1')
      for (let times = 0; times < 3; times++) {
        feed.publish('job_1', says('x'.repeat(60_000)))
        deepStrictEqual(await reader.next(), [says('x'.repeat(60_000))])
      }
    },
  },
  {
    name: 'what a reader does not read does not pile up: text goes first, commits never',
    async run(feed) {
      const reader = feed.subscribe('job_1')
      for (let n = 0; n < 1000; n++) feed.publish('job_1', says('x'.repeat(1000)))
      for (let n = 0; n < 1000; n++) feed.publish('job_1', COMMITTED)
      const news = await reader.next()
      ok(JSON.stringify(news).length < 100_000)
      strictEqual(news.at(-1)?.kind, 'committed')
    },
  },
]
