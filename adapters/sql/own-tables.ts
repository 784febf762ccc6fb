import { type Fields, problemWithFields } from '#domain/agent/definition.ts'
import { DefinitionError } from '#domain/agent/errors.ts'
import { OWN, type SqlSchema } from './schema.ts'

const NAME = /^[a-z][a-z0-9_]{0,40}$/
const FIELDS: Fields<keyof SqlSchema> = { name: { type: 'text' }, statements: { type: 'list' } }

/** @throws {DefinitionError} naming the table and what is wrong with it. */
export function checkOwnTables(tables: readonly SqlSchema[]): void {
  for (const [index, table] of tables.entries()) {
    const problem = problemWith(table)
    if (problem !== null) throw new DefinitionError(`Of the tables, entry ${String(index + 1)}: ${problem}.`)
    if (tables.findIndex(({ name }) => name === table.name) !== index)
      throw new DefinitionError(`Two tables are named "${table.name}".`)
  }
}

function problemWith(table: SqlSchema): string | null {
  const problem = problemWithFields(table, FIELDS)
  if (problem !== null) return problem
  if (!NAME.test(table.name)) return `its name "${table.name}" must be 1 to 41 lower-case letters, digits or "_"`
  return table.statements.every((sql) => typeof sql === 'string') ? null : 'its statements must be texts'
}

/** Under names that no table of Errand's will ever have. */
export function ownSchemas(tables: readonly SqlSchema[]): readonly SqlSchema[] {
  return tables.map(({ name, statements }) => ({ name: `${OWN}${name}`, statements }))
}
