// `errand/mcp`: tools of MCP servers. An entry of its own, so that only those who use it load the official client.
export { mcpTools } from '#adapters/mcp/mcp-tools.ts'
export type { McpToolSettings, McpToolsOptions } from '#adapters/mcp/mcp-tools.ts'
export type { McpPins } from '#adapters/mcp/pins.ts'
