import type { Advice } from './advice.ts'

const CLOSE = `Close it, unless somebody is at work there:
  npm run network -- close
Where that is refused, the template closes it:
  azd provision platform --no-state`

/** Who reaches storage and vault beside the private network. */
export const NETWORK_ADVICE = {
  'network-open': {
    means:
      'This deployment has a private network, and a rule for an address was left: whoever sends from there reaches vault and tables, if they have a right on them.',
    fix: CLOSE,
  },
  'network-public': {
    means:
      'PRIVATE_NETWORK is set, and yet everybody reaches it from outside, if they have a right on it: it was opened by hand, or the layer was not deployed since.',
    fix: 'The template closes it:\n  azd provision platform --no-state',
  },
  'network-unknown': {
    means: 'Whether storage and vault are closed could not be looked up; the app itself is not concerned.',
    fix: 'Sign in as somebody who may read the resource group, and look again:\n  az login\n  npm run network -- status',
  },
} as const satisfies Record<string, Advice>
