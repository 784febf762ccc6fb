import { expect, test } from 'vitest'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

test.each([
  ['/proposals?limit=1', /^Unrecognized key: "limit"\. There are [a-z_, ]*page_size/],
  ['/jobs?pagesize=1', /^Unrecognized key: "pagesize"\. Did you mean "page_size"\?$/],
  [`/jobs?${'x'.repeat(5000)}=1`, /^Unrecognized key: "x{50}"\. There are [a-z_, ]+( and more)?…?$/],
])('%.40s says which parameters there are', async (path, said) => {
  const response = await testApp([], new ListedModel()).http.request(path)
  const { problems } = (await response.json()) as { readonly problems: readonly string[] }
  expect([response.status, problems]).toEqual([400, [expect.stringMatching(said)]])
})

test.each([
  [{ agent: 'a', input: 1, tag: ['x'] }, 'Unrecognized key: "tag". Did you mean "tags"?'],
  [
    { agent: 'a', input: 1, priority: 1, colour: 2 },
    /^Unrecognized keys: "priority", "colour"\. There are agent, input, /,
  ],
])('a submission with unknown members says which there are: %j', async (body, said) => {
  const response = await testApp([], new ListedModel()).post('/jobs', body)
  const { problems } = (await response.json()) as { readonly problems: readonly string[] }
  expect([response.status, problems]).toEqual([400, [expect.stringMatching(said)]])
})
