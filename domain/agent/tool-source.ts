/** Where tools are defined that an author has accepted, such as an MCP server. Its tools share one. */
export interface ToolSource {
  /** A sentence for each tool that differs from what was accepted. @throws when the source cannot be asked. */
  readonly check: (signal: AbortSignal) => Promise<readonly string[]>
}
