// `errand/node`: a server of jobs on Node, Bun or Deno.
export { StartError } from '#adapters/node/process/start-error.ts'
export { openDatabase } from '../node/open-database.ts'
export { createNodeApp, serve } from '../serve.ts'
export type { NodeApp, NodeAppOptions } from '../node/mount.ts'
export type { ServeOptions } from '../node/serve.ts'
export type { RunningServer } from '../node/server.ts'
export { SettingsError } from '../settings/settings-error.ts'
