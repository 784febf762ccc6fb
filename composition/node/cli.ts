#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// Compiling is half of a start. What is imported at the top of a module is compiled before the module can say so.
enableCompileCache()
const { main } = await import('./cli-main.ts')
await main()
