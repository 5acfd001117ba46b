import { odata, type TransactionAction } from '@azure/data-tables'
import type { Tables } from '../seed.ts'

const AT_ONCE = 4

/**
 * Deletes all grants that are noted for an hour, and their notes, a few at once, by the requests that a sweep sends for
 * each and by nothing else: what storage itself takes. Resolves with how many rows they were, notes apart.
 */
export async function deleteBare({ grants, users, expiry }: Tables, hour: string): Promise<number> {
  const ids: string[] = []
  const filter = odata`PartitionKey eq ${hour}`
  for await (const { rowKey = '' } of expiry.listEntities({ queryOptions: { filter } })) ids.push(rowKey)
  const left = ids.values()
  let deleted = 0
  const worker = async () => {
    for (const id of left) {
      const rows: TransactionAction[] = []
      let person = ''
      const queryOptions = { filter: odata`PartitionKey eq ${id}`, select: ['RowKey', 'userIndex'] }
      for await (const { rowKey = '', userIndex } of grants.listEntities<{ userIndex?: string }>({ queryOptions })) {
        person = userIndex ?? person
        rows.push(['delete', { partitionKey: id, rowKey }])
      }
      await users.deleteEntity(person, id)
      await grants.submitTransaction(rows)
      deleted += rows.length + 1
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  // Of one partition, a transaction takes a hundred.
  for (let at = 0; at < ids.length; at += 100) {
    const some = ids.slice(at, at + 100)
    await expiry.submitTransaction(some.map((id) => ['delete', { partitionKey: hour, rowKey: id }]))
  }
  return deleted
}
