import type { Entity } from './model.ts'

const LONGEST_NAME = 100

/** Says which table a name was taken for, where it is not the table's own. */
export function entityRead(written: string, { name }: Entity): string[] {
  if (written.trim().toLowerCase() === name) return []
  return [`The entity "${written.trim().slice(0, LONGEST_NAME)}" was read as ${name}.`]
}
