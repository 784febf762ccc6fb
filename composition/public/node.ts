// `errand/node`: a server of jobs on Node, Bun or Deno.
export { StartError } from '#adapters/node/process/start-error.ts'
export { SettingsError } from '../settings/settings.ts'
