import { randomBytes } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import { createRequire } from 'node:module'
import { type Database, fill } from './copies.ts'

// Loaded into Azurite's process before its own code, of which nothing is replaced: it only learns which store is open.
const require = createRequire(import.meta.url)
type Store = { readonly db: Database }
const { default: Store } = require('azurite/dist/src/table/persistence/LokiTableMetadataStore.js') as {
  readonly default: { readonly prototype: { init: (this: Store) => Promise<void> } }
}

const { init } = Store.prototype
const opened: Store[] = []
Store.prototype.init = function () {
  opened.push(this)
  return init.call(this)
}

let requests = 0
subscribe('http.server.request.start', () => {
  requests += 1
})

process.on('message', (message) => {
  try {
    const [open] = opened
    if (!open) throw new Error('Azurite has not started')
    process.send?.(message === 'requests' ? { answer: requests } : { answer: fill(open.db, message, randomBytes) })
  } catch (error) {
    process.send?.({ failed: String(error) })
  }
})
process.channel?.unref()
