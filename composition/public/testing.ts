// `errand/testing`: what an author's own tests need. No running program imports it.
export { ScriptedModels, calls, says } from '#adapters/models/scripted-models.ts'
export type { Script, ScriptedAnswer } from '#adapters/models/scripted-models.ts'
export { ManualClock } from '#adapters/testing/manual-clock.ts'
export type { ModelReply, ModelRequest } from '#ports/model.ts'
export { crashEverywhere } from '../testing/crash-everywhere.ts'
export type { CrashReport, CrashTest } from '../testing/crash-everywhere.ts'
