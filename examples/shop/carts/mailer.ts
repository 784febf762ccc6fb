import { type SqlDatabase, type Table, textAt } from 'errand'

export interface Message {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** Sends mail for the shop. */
export interface Mailer {
  /** Whether this address may be written to: it has not unsubscribed. */
  accepts(address: string): Promise<boolean>
  /** The same `idempotencyKey` sends once. @throws when the address may not be written to. */
  send(message: Message, idempotencyKey: string): Promise<void>
}

export const outboxTable: Table = {
  name: 'outbox',
  statements: [
    'CREATE TABLE outbox (idempotency_key TEXT PRIMARY KEY, address TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL)',
    'CREATE TABLE unsubscribed (address TEXT PRIMARY KEY)',
  ],
}

/** Keeps what would be sent, where no mail service is set up. */
export class OutboxMailer implements Mailer {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  async accepts(address: string): Promise<boolean> {
    const rows = await this.#database.query('SELECT address FROM unsubscribed WHERE address = ?', plain(address))
    return rows.length === 0
  }

  async send({ to, subject, text }: Message, idempotencyKey: string): Promise<void> {
    if (!(await this.accepts(to))) throw new Error('This address has unsubscribed, so nothing was sent.')
    const sql = `INSERT INTO outbox (idempotency_key, address, subject, text) VALUES (?, ?, ?, ?)
                 ON CONFLICT (idempotency_key) DO NOTHING`
    await this.#database.batch([{ sql, params: [idempotencyKey, plain(to), subject, text] }])
  }

  async unsubscribe(address: string): Promise<void> {
    const sql = 'INSERT INTO unsubscribed (address) VALUES (?) ON CONFLICT (address) DO NOTHING'
    await this.#database.batch([{ sql, params: [plain(address)] }])
  }

  async sent(): Promise<readonly Message[]> {
    const rows = await this.#database.query('SELECT address, subject, text FROM outbox ORDER BY idempotency_key')
    return rows.map((row) => ({
      to: textAt(row, 'address'),
      subject: textAt(row, 'subject'),
      text: textAt(row, 'text'),
    }))
  }
}

function plain(address: string): string {
  return address.trim().toLowerCase()
}
