import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ERROR_CODES } from '#domain/app-error.ts'
import { EXPLANATIONS } from '#domain/explanation/explanation.ts'
import { statusOf, titleOf } from '#adapters/http/problem.ts'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

const { http, fetch } = testApp([], new ListedModel())
const get = (path: string) => http.request(path)
/** What a browser gets, which is no part of the contract. */
const browse = (path: string) => fetch(path, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } })

describe('the page of an error code', () => {
  test('is where the type of a problem leads', async () => {
    const problem = (await (await get('/jobs/job_1')).json()) as { type: string; code: string }
    const page = (await (await get(problem.type)).json()) as object
    expect(page).toEqual({ code: 'job_not_found', status: 404, title: 'Not Found', ...EXPLANATIONS.job_not_found })
  })

  test('stands in a list of all', async () => {
    const { errors } = (await (await get('/errors')).json()) as { errors: readonly { code: string }[] }
    expect(errors.map(({ code }) => code)).toEqual(ERROR_CODES)
  })

  test('of no code is not found, and neither is one that every object has', async () => {
    const statuses = await Promise.all(
      ['/errors/job_lost', '/errors/constructor'].map(async (path) => (await get(path)).status),
    )
    expect(statuses).toEqual([404, 404])
  })

  test('is HTML for a browser, which loads and runs nothing', async () => {
    const page = await browse('/errors/outcome_unknown')
    expect(page.headers.get('content-type')).toMatch(/^text\/html; charset=utf-8$/i)
    const text = await page.text()
    expect(text).toContain('<code>POST /jobs/{id}/calls/{callId}/resolve</code>')
    expect(text).not.toMatch(/<script|src=|https?:/)
    const style = /<style>(.*)<\/style>/s.exec(text)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(page.headers.get('content-security-policy')).toContain(`default-src 'none'; style-src 'sha256-${hash}';`)
  })

  test('in HTML leads to the others, and back to the console', async () => {
    const list = await (await browse('/errors')).text()
    expect(list).toContain('href="console"')
    const links = [...list.matchAll(/href="errors\/(\w+)"/g)]
    expect(links.map(([, code]) => code)).toEqual(ERROR_CODES)
    const page = await (await browse('/errors/forbidden')).text()
    for (const back of ['href="../errors"', 'href="../console"']) expect(page).toContain(back)
  })
})

// `vitest -u` writes the page anew.
test('docs/errors.md has what the service serves', async () => {
  const sections = ERROR_CODES.map((code) => {
    const { cause, remedy } = EXPLANATIONS[code]
    return `## ${code}\n\nHTTP ${String(statusOf(code))} ${titleOf(code)}.\n\n${wrapped(`Why: ${cause}`)}\n\n${wrapped(`What to do: ${remedy}`)}\n`
  })
  await expect(`${INTRODUCTION}\n${sections.join('\n')}`).toMatchFileSnapshot('../../docs/errors.md')
})

const INTRODUCTION = `# Error codes

Every refusal is Problem Details (RFC 9457) with one of these codes. Its \`type\` is the path of a
page on the service, \`/errors/{code}\`; below a base path, it begins there. A failed job has the
code in \`error.code\`. \`errand explain <code>\` prints the same. \`test/http/errors.test.ts\` makes
this page of \`domain/explanation/\`.
`

function wrapped(text: string): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line === undefined || `${line} ${word}`.length > 100) lines.push(word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines.join('\n')
}
