import { registerHooks } from 'node:module'

// For `node --import`: names on stderr every module that the process loads.
registerHooks({
  load: (url, context, next) => {
    process.stderr.write(`loads ${url}\n`)
    return next(url, context)
  },
})
