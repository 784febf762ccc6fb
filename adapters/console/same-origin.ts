import type { Context } from 'hono'

/**
 * Why a form may come from a page that is not the console's; `null` when it does not.
 *
 * The session cookie is `SameSite=Strict`, so forms of other sites come without it. Without keys there is no cookie,
 * and pages of a sibling domain are of the same site. So each form is checked by what only the browser can set:
 * `Sec-Fetch-Site`, or `Origin` in browsers that do not send it. Every browser sends one of the two with a POST, hence
 * no token is needed in the forms. Behind a proxy that ends TLS, the scheme of our own address is not known, so only
 * the host is compared.
 */
export function problemWithForm({ req }: Context): string | null {
  const site = req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin' ? null : `its Sec-Fetch-Site is "${site}"`
  const origin = req.header('origin')
  if (origin === undefined) return 'it has neither Sec-Fetch-Site nor Origin'
  return hostOf(origin) === new URL(req.url).host ? null : `its Origin is "${origin}"`
}

function hostOf(origin: string): string | null {
  return URL.parse(origin)?.host ?? null
}
