import { startOn } from '#test/e2e/runtimes.ts'
import { describeStories } from '#test/e2e/stories.ts'

describeStories({ runtime: 'bun', begin: startOn('bun'), load: { jobs: 12, kills: 2 } })
