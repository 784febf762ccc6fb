import { DefinitionError } from '#domain/agent/errors.ts'
import { refuseRequest } from './problem.ts'

const BASE_PATH = /^(?:\/[\w.~-]+)+$/

/** @param basePath where the app is mounted in another one: `/errand`. @throws {DefinitionError} */
export function checkBasePath(basePath: string): void {
  if (!BASE_PATH.test(basePath))
    throw new DefinitionError(`basePath "${basePath}" must look like "/errand", without a "/" at its end.`)
}

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
