import type { TableClient } from '@azure/data-tables'
import * as z from 'zod'
import { ProbeFailed, type ProbeStep, type StorageProbe } from '../ports.ts'
import { attempt, readEntity, write } from './table.ts'

/** Rows of no meaning, which are no switches. */
export const PROBES = 'manage-check'
const Row = z.object({ count: z.literal(1) })

/** Table `switches`, partition `manage-check`. What is left behind, because a deletion failed, the sweep takes. */
export function createTableProbe(table: TableClient): StorageProbe {
  return {
    run: async (rowKey, expiresAt) => {
      const entity = { partitionKey: PROBES, rowKey, count: 1, expiresAt: new Date(expiresAt) }
      await step('write', () => write(table, () => table.createEntity(entity), [409]))
      const [read] = await Promise.allSettled([step('read', () => readBack(table, rowKey))])
      await step('delete', () => attempt(() => table.deleteEntity(PROBES, rowKey), [404]))
      if (read.status === 'rejected') throw read.reason
    },
  }
}

async function readBack(table: TableClient, rowKey: string): Promise<void> {
  if (!(await readEntity(table, Row, PROBES, rowKey))) throw new ProbeFailed('read')
}

async function step(name: ProbeStep, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    throw new ProbeFailed(name, { cause })
  }
}
