import { config } from './composition/agents.ts'

export default config
