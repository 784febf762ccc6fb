import { refuseRequest } from './problem.ts'

/** Where the app is mounted in another one: `/errand`. */
export const BASE_PATH = /^(?:\/[\w.~-]+)+$/

/**
 * Answers a request whose path begins with `basePath` by an app that knows nothing of it. `Location` and `Link` of the
 * answer begin with it; links within a body do not.
 */
export async function answerBelow(
  basePath: string,
  request: Request,
  answer: (request: Request) => Promise<Response>,
): Promise<Response> {
  const url = new URL(request.url)
  if (url.pathname !== basePath && !url.pathname.startsWith(`${basePath}/`))
    return refuseRequest('not_found', `There is nothing at ${url.pathname}. Errand is mounted at ${basePath}.`)
  url.pathname = url.pathname.slice(basePath.length) || '/'
  const response = await answer(new Request(url, request))
  const [location, link] = [response.headers.get('location'), response.headers.get('link')]
  if (location === null && link === null) return response
  const prefixed = new Response(response.body, response)
  if (location !== null) prefixed.headers.set('location', `${basePath}${location}`)
  if (link !== null) prefixed.headers.set('link', link.replaceAll('</', `<${basePath}/`))
  return prefixed
}
