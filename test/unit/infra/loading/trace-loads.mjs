import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

// Given to a worker with --import: writes down each file that it loads, one a line, at the moment at which it does.
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) appendFileSync(process.env.TRACE_LOADS, `${fileURLToPath(url)}\n`)
    return next(url, context)
  },
})
