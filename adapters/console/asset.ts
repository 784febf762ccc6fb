import type { Context } from 'hono'
import { SCRIPT, STYLE } from './assets.ts'
import { ASSET_HEADERS } from './security.ts'

const ASSETS = new Map([
  [STYLE.name, { text: STYLE.text, type: 'text/css; charset=utf-8' }],
  [SCRIPT.name, { text: SCRIPT.text, type: 'text/javascript; charset=utf-8' }],
])

/** Names hold a hash of the contents, so a browser keeps each for ever. */
export function answerAsset(c: Context): Response | Promise<Response> {
  const asset = ASSETS.get(c.req.param('name') ?? '')
  return asset ? c.body(asset.text, 200, { ...ASSET_HEADERS, 'content-type': asset.type }) : c.notFound()
}
