/** A heading of the document, and what it says under it. */
export interface Tag {
  readonly name: string
  readonly description: string
}

// Those of several resources.

export const RUNS: Tag = { name: 'runs', description: 'Agents, and answers within the request.' }
export const SERVICE: Tag = { name: 'service', description: 'The service itself.' }
