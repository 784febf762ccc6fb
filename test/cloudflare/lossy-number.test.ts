import { exports } from 'cloudflare:workers'
import { expect, test } from 'vitest'

test.each(['1e999', '12345678901234567890'])(
  'the Worker refuses %s rather than keep another number',
  async (written) => {
    const body = `{"agent": "draft-writer", "input": {"lines": [{"sku": ${written}}]}}`
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
    const response = await exports.default.fetch('http://localhost/jobs', init)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain(`input.lines.0.sku: ${written} is more than a double can hold`)
  },
)
