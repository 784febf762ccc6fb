import { expect, test } from 'vitest'
import { explained } from '#adapters/mcp/explained.ts'

const FAILED = { url: 'https://mcp.example.com/mcp', headers: {}, isCalling: true }

test.each([
  ['fetch failed', 'fetch failed.'],
  ['Not now. \n', 'Not now.'],
  ['...', '.'],
])('an error that says %j is said in a sentence', (message, end) => {
  expect(explained(new Error(message), FAILED).message).toBe(
    `The MCP server at mcp.example.com could not be used: ${end}`,
  )
})

// With a search for its end from each blank this would take hours.
test('an error of four megabytes of blanks is read as fast as any', () => {
  const { message } = explained(new Error(`a${' '.repeat(4_000_000)}b`), FAILED)
  expect(message).toMatch(/: a {100}/)
})
