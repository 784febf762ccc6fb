import { type SqlDatabase, type SqlRow, type Table, textAt } from 'errand'

/** What the front page of the shop shows for a week. */
export interface Campaign {
  readonly banner: { readonly title: string; readonly text: string }
  readonly landingPage: { readonly title: string; readonly html: string }
  /** Handles of the products on it. */
  readonly products: readonly string[]
}

export interface WeeklyCampaign extends Campaign {
  /** ISO 8601, such as `2026-W49`. */
  readonly week: string
}

export const campaignTable: Table = {
  name: 'campaigns',
  statements: ['CREATE TABLE campaigns (week TEXT PRIMARY KEY, campaign TEXT NOT NULL)'],
}

/** The campaigns of the shop, one a week. A person approves each before it stands here. */
export class Campaigns {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  async find(week: string): Promise<Campaign | null> {
    const [row] = await this.#database.query('SELECT week, campaign FROM campaigns WHERE week = ?', week)
    return row ? campaignIn(row) : null
  }

  /** Harmless to repeat. `null` removes it. */
  async put(week: string, campaign: Campaign | null): Promise<void> {
    const sql =
      campaign === null
        ? 'DELETE FROM campaigns WHERE week = ?'
        : `INSERT INTO campaigns (week, campaign) VALUES (?, ?) ON CONFLICT (week) DO UPDATE SET campaign = excluded.campaign`
    const params = campaign === null ? [week] : [week, JSON.stringify(campaign)]
    await this.#database.batch([{ sql, params }])
  }

  /** Newest first. */
  async latest(count: number): Promise<readonly WeeklyCampaign[]> {
    const rows = await this.#database.query('SELECT week, campaign FROM campaigns ORDER BY week DESC LIMIT ?', count)
    return rows.map((row) => ({ week: textAt(row, 'week'), ...campaignIn(row) }))
  }
}

function campaignIn(row: SqlRow): Campaign {
  return JSON.parse(textAt(row, 'campaign')) as Campaign
}
