/** Kept out: no public access at all, or of an address that no rule names. */
export type Closed = 'closed' | { readonly refused: string }
/** What a resource's network makes of a request. */
export type Entrance = 'open' | Closed

type Rules = {
  readonly publicNetworkAccess?: unknown
  readonly networkAcls?: { readonly defaultAction?: unknown; readonly ipRules?: unknown }
}

/**
 * The public side of a vault or storage account, for one address.
 * @see https://learn.microsoft.com/azure/storage/common/storage-network-security and …/key-vault/general/network-security
 */
export function publicEntrance({ publicNetworkAccess, networkAcls }: Rules, address: string): Entrance {
  if (publicNetworkAccess === 'Disabled') return 'closed'
  if (networkAcls?.defaultAction !== 'Deny') return 'open'
  const rules = (networkAcls.ipRules ?? []) as readonly { readonly value?: string }[]
  return rules.some(({ value }) => value?.replace(/\/32$/, '') === address) ? 'open' : { refused: address }
}
