import { startOn } from '#test/e2e/runtimes.ts'
import { describeStories } from '#test/e2e/stories.ts'

describeStories({ runtime: 'node', begin: startOn('node'), load: { jobs: 40, kills: 4 }, schedules: 80 })
