import { AiSdkModels } from '#adapters/models/ai-sdk-models.ts'
import { ModelRouter } from '#adapters/models/model-router.ts'
import type { PostJson } from '#adapters/web/post-json.ts'
import { ScriptedModels } from '#adapters/models/scripted-models.ts'
import type { Clock } from '#ports/clock.ts'
import type { Models } from '#ports/model.ts'
import { type DemoScript, demoOf } from './demo/model.ts'
import type { Settings } from './settings/settings.ts'

/** Real models where there are settings for them, and the offline demo under `scripted/demo`. */
export function createModels(
  { models }: Settings,
  { demo, ...transport }: { readonly clock: Clock; readonly post?: PostJson; readonly demo: DemoScript | undefined },
): Models {
  return new ModelRouter({
    scripted: new ScriptedModels({ demo: demoOf(demo) }),
    others: new AiSdkModels(models, transport),
  })
}
