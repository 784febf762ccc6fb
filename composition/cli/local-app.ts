import type { LocalApp } from '#adapters/cli/program.ts'
import type { PostJson } from '#adapters/web/post-json.ts'
import { RunSync } from '#application/agent/run-sync.ts'
import type { Project } from '../config/parts.ts'
import { openNodeApp } from '../node/app.ts'
import { letGo } from '../node/stop.ts'
import { addTelemetry } from '../node/telemetry.ts'
import type { NodeSettings } from '../settings/settings.ts'

/** A project with its data, for a command that needs no server. @throws {StartError} {DefinitionError} */
export async function openLocalApp(settings: NodeSettings, project: Project): Promise<LocalApp> {
  const { container, storage } = await openNodeApp(settings, project, { briefly: true })
  return {
    runSync: async () => {
      const { addModels } = await import('../node/models.ts')
      await addTelemetry(container, settings, { isServing: false })
      addModels(container, settings, await postJson(settings))
      return container.resolve(RunSync)
    },
    close: () => letGo({ container, storage }),
  }
}

/** What speaks to providers is a quarter of the modules. Without a provider, the offline demo answers, and needs none of them. */
async function postJson({ models }: NodeSettings): Promise<PostJson | undefined> {
  if (Object.keys(models).length === 0) return undefined
  const { createPostJson } = await import('#adapters/node/http/post-json.ts')
  return createPostJson()
}
