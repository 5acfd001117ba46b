import { type AgesDeps, tellAges } from './tell-ages.ts'
import { type SweepDeps, tellSweep } from './tell-sweep.ts'

/**
 * Deletes what has expired, and tells of ages whether that went well or not: a storage that is away must not hide that
 * a certificate ends. Ages are those of a vault, where there is one.
 * @throws what the storage throws, once both are told
 */
export async function upkeep(swept: SweepDeps, ages: AgesDeps | undefined): Promise<void> {
  try {
    await tellSweep(swept)
  } finally {
    if (ages) await tellAges(ages)
  }
}
