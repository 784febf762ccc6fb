import type { LocalApp } from '#adapters/cli/program.ts'
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
      const { addOutbound } = await import('../node/outbound.ts')
      await addTelemetry(container, settings, { isServing: false })
      addOutbound(container, settings)
      return container.resolve(RunSync)
    },
    close: () => letGo({ container, storage }),
  }
}
