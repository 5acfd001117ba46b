import type { Column } from '../../metadata/model.ts'
import type { AskedChange } from '../model.ts'
import { readYes } from '../values/choice.ts'

/** An argument that is no column is read as columns are. */
const YES_OR_NO: Column = {
  name: '',
  property: '',
  type: 'Boolean',
  readable: true,
  required: false,
  searchable: false,
  dateOnly: false,
  options: [
    { value: 0, label: 'No' },
    { value: 1, label: 'Yes' },
  ],
}

/** @throws ValueRefused `unknown_option` */
export function isYes({ column, to }: AskedChange): boolean {
  return readYes(to ?? '', YES_OR_NO, { column, label: column, note: () => undefined })
}
