import { defineConfig } from 'errand'
import { slogan } from './agents/slogan.ts'

export default defineConfig({ agents: [slogan] })
