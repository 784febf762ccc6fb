import { config } from './agents.ts'
import { serve } from './serve.ts'

await serve(config)
