import { statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

/** Says of each file of an app how large it is, once it is loaded. */
registerHooks({
  load: (url, context, next) => {
    if (/\/dist[^/]*\/.*\.js$/.test(url)) process.stderr.write(`read ${statSync(fileURLToPath(url)).size}\n`)
    return next(url, context)
  },
})
