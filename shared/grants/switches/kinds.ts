/** What names one thing of a kind that can be switched off, and whether a message belongs to it. */
type Kind = { readonly named: 'client' | 'person' | 'tool' | 'nothing'; readonly hasMessage: boolean }

/** Every switch there is; of a kind that nothing names there is one, whose row bears its kind's name. */
export const SWITCH_KINDS = {
  client: { named: 'client', hasMessage: false },
  person: { named: 'person', hasMessage: false },
  tool: { named: 'tool', hasMessage: false },
  writes: { named: 'nothing', hasMessage: false },
  registration: { named: 'nothing', hasMessage: false },
  everything: { named: 'nothing', hasMessage: true },
} as const satisfies Readonly<Record<string, Kind>>

export type SwitchKind = keyof typeof SWITCH_KINDS
