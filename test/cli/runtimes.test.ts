import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ProjectScene, finishedJob, json } from '#test/support/project-scene.ts'

let scene: ProjectScene

beforeEach(() => {
  scene = new ProjectScene({ wrangler: 'wrangler' })
})

afterEach(() => scene.end())

const isChanged = async (url: string): Promise<void> => {
  const { agents } = (await json(`${url}/agents`)) as { readonly agents: readonly { readonly description: string }[] }
  expect(agents[0]?.description).toMatch(/^Invents/)
}

describe('errand dev', () => {
  test.each(['deno', 'bun'] as const)(
    'on %s restarts after a change, keeps the data, and stops in order',
    async (on) => {
      const dev = scene.errand(['dev'], on)
      const id = await finishedJob(await dev.printed(/Errand listens on (\S+)/))

      scene.edit('agents/slogan.ts', 'Finds a slogan', 'Invents a slogan')
      expect(await dev.printed(/Changed: (.*?)\. Restarting/)).toBe('agents/slogan.ts')
      await dev.printed(/"Stopped\."/)
      const url = await dev.printed(/Errand listens on (\S+)/)
      await isChanged(url)
      expect(await json(`${url}/jobs/${id}`)).toMatchObject({ status: 'completed' })

      dev.child.kill('SIGTERM')
      expect(await dev.closed).toBe(0)
      expect(dev.unread).toContain('"Stopped."')
      expect(dev.unread).not.toContain('request.signal aborts')
    },
  )

  test('--worker does the same in workerd', async () => {
    const dev = scene.errand(['dev', '--worker'])
    const url = await dev.printed(/Ready on (http:\S+)/)
    const id = await finishedJob(url)

    scene.edit('agents/slogan.ts', 'Finds a slogan', 'Invents a slogan')
    await dev.printed(/Local server updated and ready/)
    await isChanged(url)
    expect(await json(`${url}/jobs/${id}`)).toMatchObject({ status: 'completed' })
    dev.child.kill('SIGTERM')
    await dev.closed
  })

  test('--worker on Bun, where wrangler cannot serve, says how to start it', async () => {
    const dev = scene.errand(['dev', '--worker'], 'bun')
    expect(await dev.closed).toBe(1)
    expect(dev.unread).toBe('errand: wrangler serves no Worker on Bun. Without --bun, the same command runs on Node.\n')
  })
})
