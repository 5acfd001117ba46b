/** Where the person who runs the deployment reads on; a test holds that each heading is there. */
export const RUNBOOK = {
  configure: { page: 'infra/README.md', heading: '2. Configure' },
  consent: { page: 'infra/README.md', heading: '4. Consent for the tenant, once' },
  assign: { page: 'infra/README.md', heading: '5. Who may connect' },
  verify: { page: 'infra/README.md', heading: '6. Verify' },
  repair: { page: 'infra/README.md', heading: '8. Update, and go back' },
  signInTroubles: { page: 'infra/troubleshooting.md', heading: 'Signing in: what Microsoft shows' },
  pageTroubles: { page: 'infra/troubleshooting.md', heading: 'After signing in: our own pages' },
} as const

export type RunbookStep = keyof typeof RUNBOOK
