import { startWorker } from '#test/e2e/runtimes.ts'
import { describeStories } from '#test/e2e/stories.ts'

describeStories({ runtime: 'cloudflare', begin: startWorker, load: { jobs: 12, kills: 2 }, schedules: 24 })
