import { refuseRequest } from './problem.ts'
import { problemWithTarget } from './target.ts'

/** A Host as it can be in a URL, and one only. */
const HOST = /^[^\s,/?#@\\]+$/

/** For a server that passes on requests without a valid URL: the refusal of such a request, or `null`. */
export function refuseUnreadable(request: Request): Response | null {
  const host = request.headers.get('host')
  if (!URL.canParse(request.url) || (host !== null && !HOST.test(host)))
    return refuseRequest('invalid_request', 'The request cannot be read: its Host or its target is malformed.')
  const problem = problemWithTarget(request.url)
  return problem === null ? null : refuseRequest('invalid_request', problem)
}
