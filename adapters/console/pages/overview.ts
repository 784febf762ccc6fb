import { html } from 'hono/html'
import { type ConsoleRoute, get } from '../route.ts'

export const OVERVIEW: readonly ConsoleRoute[] = [
  get('', async ({ api, href }) => {
    const { counts, total } = await api.counts()
    const rows = Object.entries(counts).map(
      ([status, count]) => html`<li><a href="${href(`/jobs?status=${status}`)}">${status}</a> ${String(count)}</li>`,
    )
    return {
      title: 'Overview',
      section: 'overview',
      body: html`<h1>Overview</h1>
        <p>${String(total)} jobs</p>
        <ul>
          ${rows}
        </ul>`,
    }
  }),
]
