/** Targets that a reader of URLs takes for another. */
export const AMBIGUOUS_TARGETS = [
  '/jobs/%2e%2e/healthz',
  '/jobs/%2E./healthz',
  '/jobs/.%2e/healthz',
  '/jobs/../healthz',
  '/jobs/..',
  '/../jobs',
  '/jobs//../healthz',
  '/./healthz',
  '/jobs/%2e',
  '/jobs/%00',
  '/jobs/a%00b/events',
  '/jobs\\healthz',
  '/jobs\\..\\healthz',
  '/jobs/%5c..%5chealthz',
  `/a${'/b'.repeat(12)}${'/..'.repeat(12)}/healthz`,
  `/a${'/..'.repeat(20)}`,
  'http://localhost/jobs/../healthz',
]

/** Targets of which there is one reading. */
export const PLAIN_TARGETS = [
  '/',
  '/?x=/../y',
  '/healthz',
  '/healthz?x=..\\',
  `/a${'/b'.repeat(12)}`,
  'http://localhost/healthz',
]

/** Paths that come to the app as they were sent. */
export const KEPT_PATHS = ['/jobs//healthz', '//healthz', '/jobs/', '/jobs/a%2Fb', '/jobs/%252e%252e/x', '/a..b/...']
