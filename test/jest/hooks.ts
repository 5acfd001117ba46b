import { registerHooks } from 'node:module'

/** What tests and sources import under a name that no package has here. */
const OWN = new Map([
  ['@jest/globals', new URL('globals.ts', import.meta.url).href],
  ['built:report-view', new URL('views/report.ts', import.meta.url).href],
  ['built:change-view', new URL('views/change.ts', import.meta.url).href],
])

registerHooks({
  resolve(specifier, context, nextResolve) {
    const url = OWN.get(specifier)
    return url === undefined ? nextResolve(specifier, context) : { url, shortCircuit: true }
  },
})
