import * as z from 'zod'
import { defineAgent } from '#domain/agent/agent.ts'
import { DEFAULT_TENANT } from '#domain/tenant/policy.ts'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import type { TestAppOptions } from '#test/support/test-app-options.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })
const picky = defineAgent({ name: 'picky', instructions: '', input: z.object({ n: z.number() }) })
export const work = { agent: 'writer', input: { cart: 'c1' } }
export const daily = { cron: '0 7 * * *', timeZone: 'Europe/Stockholm' }
const JSON_TYPE = { 'content-type': 'application/json' }

export interface ScheduleBody {
  readonly [name: string]: unknown
  readonly next: readonly { readonly at: string; readonly local: string; readonly note?: string }[]
  readonly fires: readonly { readonly outcome: string; readonly cause: string; readonly jobId?: string }[]
  readonly schedules: readonly { readonly id: string }[]
  readonly next_page_token?: string
}

/** The HTTP interface with two agents, asked below `/schedules`. */
export function world(options?: TestAppOptions) {
  const app = testApp([writer, picky], new ListedModel(), options)
  const ask = async (request: string, body?: unknown, headers: Record<string, string> = {}) => {
    const [method = '', path = ''] = request.split(' ')
    const response = await app.http.request(`/schedules${path}`, {
      method,
      headers: { ...(body !== undefined && JSON_TYPE), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, headers: response.headers, body: (await response.json()) as ScheduleBody }
  }
  const put = (id: string, fields: object, headers?: Record<string, string>) =>
    ask(`PUT /${id}`, { ...work, ...fields }, headers)
  const wake = (id: string) => app.wakeSchedule(DEFAULT_TENANT, id)
  return { ...app, ask, put, wake }
}
