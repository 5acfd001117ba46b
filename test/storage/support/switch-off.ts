import type { SwitchStore } from '../../../shared/storage/ports.ts'

/** What `switch` of `/manage` writes for a client. */
export const endClient = (store: SwitchStore, clientId: string, since: number): Promise<void> =>
  store.put({ kind: 'client', row: store.clientRow(clientId), clientId, since })

/** Whether the table says so. */
export async function isClientEnded(store: SwitchStore, clientId: string): Promise<boolean> {
  const all = await store.list()
  return all.some(({ kind, row }) => kind === 'client' && row === store.clientRow(clientId))
}
